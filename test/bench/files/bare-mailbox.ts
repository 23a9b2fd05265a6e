/** What a file through a relay is compared with: as many records of the same length, appended and read by a client without rules. */
import { LIMITS, ladderLength } from '@sotto/wire'
import type { Primitives } from '@sotto/crypto/primitives'
import { fileLayout } from '@sotto/blob'
import { type MailboxCredentials } from '@sotto/mailbox'
import { dial, startClient } from '../relay/load-clients.ts'
import { newGroup } from '../relay/figures.ts'
import { groupOf, openMailbox } from '../relay/mailbox-line.ts'
import type { GroupSeeds } from '../relay/messages.ts'

/** A chunk with its number, the tags of both seals and a proof of twelve hashes: what a file of 100 to 200 MiB leaves. */
const RECORD_BYTES = ladderLength(4 + 16 + LIMITS.blobChunkBytes + 12 * 32)
/** As many as a file of that length leaves. */
export const recordsOf = (bytes: number): number => fileLayout(bytes)?.chunks ?? 0

/** Requests that wait for their answers at a time, and records that are pushed before more are granted. */
const WAITING = 16

function mailboxOf(primitives: Primitives, seeds: GroupSeeds): MailboxCredentials {
  const credentials = groupOf(primitives, seeds)
  return { ...credentials, keys: { ...credentials.keys, kind: 'blob' } as MailboxCredentials['keys'] }
}

export interface Appended {
  readonly seeds: GroupSeeds
  readonly ms: number
}

/** Resolves once the relay has acknowledged the last. */
export async function appendRecords(primitives: Primitives, relay: string, records: number): Promise<Appended> {
  const seeds = newGroup()
  const node = await startClient()
  try {
    const { handle, ask, hear } = await openMailbox(primitives, node, await dial(node, relay), mailboxOf(primitives, seeds))
    const body = crypto.getRandomValues(new Uint8Array(RECORD_BYTES))
    const over = Promise.withResolvers<void>()
    let [sent, heard] = [0, 0]
    const next = (): void => {
      // Another record each time: what is there already costs nothing.
      new DataView(body.buffer).setUint32(0, sent)
      ask({ kind: 'append', request: ++sent, handle, class: 'stored', body: body.slice() })
    }
    hear((answer) => {
      if (answer.kind === 'refused') over.reject(new Error(`an append is refused: ${answer.code}`))
      if (answer.kind !== 'appended') return
      if (++heard === records) over.resolve()
      else if (sent < records) next()
    })
    const startMs = performance.now()
    for (let i = 0; i < Math.min(WAITING, records); i++) next()
    await over.promise
    return { seeds, ms: performance.now() - startMs }
  } finally {
    await node.stop()
  }
}

/** Resolves with the milliseconds until the last was pushed. */
export async function readRecords(primitives: Primitives, relay: string, seeds: GroupSeeds, records: number): Promise<number> {
  const node = await startClient()
  try {
    const { handle, ask, hear } = await openMailbox(primitives, node, await dial(node, relay), mailboxOf(primitives, seeds))
    const over = Promise.withResolvers<void>()
    let [heard, uncredited] = [0, 0]
    hear((answer) => {
      if (answer.kind !== 'pushed') return
      if (++heard === records) return over.resolve()
      if (++uncredited < WAITING / 2) return
      ask({ kind: 'credit', handle, more: uncredited })
      uncredited = 0
    })
    const startMs = performance.now()
    ask({ kind: 'subscribe', request: 1, handle, after: 0, credit: WAITING })
    await over.promise
    return performance.now() - startMs
  } finally {
    await node.stop()
  }
}
