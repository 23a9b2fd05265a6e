/**
 * A member that writes to a mailbox of its own through whatever happens to the relay: it keeps what is not acknowledged,
 * connects again, and says it again, as Sotto's outbox does.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import type { MailboxCredentials } from '@sotto/mailbox'
import { someMember } from '../../relay-node/src/testing/honest-client.ts'
import { type MailboxPeer, startMailboxPeer } from '../../relay-node/src/testing/mailbox-peer.ts'

export interface Writer {
  readonly credentials: MailboxCredentials
  /** Numbers that a relay acknowledged, and when, in ms of `performance`. */
  readonly acknowledged: ReadonlyMap<number, number>
  /** Refusals that are not waited out, by code. None is expected. */
  readonly refused: ReadonlyMap<string, number>
  /** Writes the next `count` numbers; they leave as the relay takes them. */
  readonly write: (count: number) => void
  /** How many wait for an acknowledgement. */
  readonly waiting: () => number
  readonly stop: () => Promise<void>
}

const BODY_BYTES = 1_024
/** Between two tries to connect. */
const AGAIN_MS = 100
/** How often it looks at what its peer has heard. */
const LOOK_MS = 2

const numbered = (number: number): Uint8Array => {
  const body = new Uint8Array(BODY_BYTES)
  new DataView(body.buffer).setUint32(0, number)
  return body
}
const numberOf = (body: Uint8Array): number => new DataView(body.buffer, body.byteOffset).getUint32(0)

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export function startWriter(primitives: Primitives, address: () => string): Writer {
  const credentials = someMember(primitives)
  const acknowledged = new Map<number, number>()
  const refused = new Map<string, number>()
  const outbox = new Set<number>()
  let next = 0
  const over = new AbortController()
  let peer: MailboxPeer | null = null

  const append = (to: MailboxPeer, number: number): void =>
    to.run((client, state) => client.append(state, { token: `${number}`, credentials, body: numbered(number), class: 'stored' }, Date.now()))

  const isClosed = async (of: MailboxPeer): Promise<boolean> => Promise.race([of.closed.then(() => true), pause(LOOK_MS).then(() => false)])

  const serve = async (of: MailboxPeer): Promise<void> => {
    for (const number of outbox) append(of, number)
    let looked = 0
    for (let isGone = false; !isGone && !over.signal.aborted;) {
      isGone = await isClosed(of)
      for (; looked < of.events.length; looked++) {
        const event = of.events[looked]
        if (event?.kind === 'appended') {
          outbox.delete(Number(event.token))
          if (!acknowledged.has(Number(event.token))) acknowledged.set(Number(event.token), performance.now())
        } else if (event?.kind === 'refused') {
          refused.set(event.code, (refused.get(event.code) ?? 0) + 1)
        }
      }
    }
  }

  const live = async (): Promise<void> => {
    while (!over.signal.aborted) {
      try {
        peer = await startMailboxPeer(address(), primitives)
        await serve(peer)
      } catch {
        // The relay is not there: later.
      }
      await peer?.stop().catch(() => undefined)
      peer = null
      await pause(AGAIN_MS)
    }
  }
  const lived = live()

  return {
    credentials,
    acknowledged,
    refused,
    write: (count) => {
      for (let i = 0; i < count; i++) {
        const number = next++
        outbox.add(number)
        if (peer !== null) append(peer, number)
      }
    },
    waiting: () => outbox.size,
    stop: async () => {
      over.abort()
      await lived
    },
  }
}

/** All numbers in a writer's mailbox, in order, as a new reader is given them. */
export async function readAll(primitives: Primitives, address: string, { credentials }: Writer): Promise<readonly number[]> {
  const peer = await startMailboxPeer(address, primitives)
  try {
    peer.run((client, state) => client.want(state, credentials, null, Date.now()))
    await peer.event((event): event is Extract<typeof event, { readonly kind: 'caughtUp' }> => event.kind === 'caughtUp')
    return peer.events.flatMap((event) => (event.kind === 'record' ? [numberOf(event.body)] : []))
  } finally {
    await peer.stop()
  }
}

/** What of a writer's acknowledged numbers is not among those found, and what was found more than once. */
export function compare(found: readonly number[], { acknowledged }: Writer): { readonly lost: number; readonly doubled: number } {
  const once = new Set(found)
  return { lost: [...acknowledged.keys()].filter((number) => !once.has(number)).length, doubled: found.length - once.size }
}
