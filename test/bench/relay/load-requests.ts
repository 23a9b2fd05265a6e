/** Requests one after the other, or some at a time: appends, echoes, and records that are read. */
import type { Primitives } from '@sotto/crypto/primitives'
import { LIMITS } from '@sotto/wire'
import { someMember } from '../../../relay-node/src/testing/honest-client.ts'
import { dial, startClient } from './load-clients.ts'
import { summaryOf } from './load-delivery.ts'
import { framesOf, groupOf, openMailbox } from './mailbox-line.ts'
import { BODY_BYTES, ECHO_PROTOCOL, type Job, type JobResult, STREAM_PROTOCOL } from './messages.ts'

type Ask = Extract<Job, { readonly job: 'ask' }>
type Append = Extract<Job, { readonly job: 'append' }>
type Read = Extract<Job, { readonly job: 'read' }>

/** As large as an append's frame is. */
const REQUEST_OVERHEAD = 14

/** One connection that sends requests, and hears how many are answered. Rejects through `fail` where one is refused. */
async function openAsker(primitives: Primitives, { way, address }: Ask, answered: () => void, fail: (fault: Error) => void): Promise<() => void> {
  const node = await startClient()
  const connection = await dial(node, address)
  if (way === 'echo') {
    const send = framesOf(await connection.newStream(ECHO_PROTOCOL), answered)
    return () => send(crypto.getRandomValues(new Uint8Array(BODY_BYTES + REQUEST_OVERHEAD)))
  }
  const { handle, ask, hear } = await openMailbox(primitives, node, connection, someMember(primitives))
  let request = 1
  hear((answer) => {
    if (answer.kind === 'appended') answered()
    else if (answer.kind === 'refused') fail(new Error(`an append is refused: ${answer.code}`))
  })
  return () => ask({ kind: 'append', request: request++, handle, class: 'stored', body: crypto.getRandomValues(new Uint8Array(BODY_BYTES)) })
}

/** Resolves with the seconds from the first request to the last answer. */
export async function askMuch(primitives: Primitives, job: Ask): Promise<number> {
  const { connections, waiting, requests } = job
  const over = Promise.withResolvers<void>()
  let [sent, heard] = [0, 0]
  const askers: (() => void)[] = []
  for (let i = 0; i < connections; i++) {
    const answered = (): void => {
      if (++heard === requests) over.resolve()
      else if (sent < requests) askNext(i)
    }
    askers.push(await openAsker(primitives, job, answered, over.reject))
  }
  const askNext = (i: number): void => {
    sent++
    askers[i]?.()
  }
  const startMs = performance.now()
  for (let i = 0; i < Math.min(connections * waiting, requests); i++) askNext(i % connections)
  await over.promise
  return (performance.now() - startMs) / 1_000
}

/** What is answered late counts, and what is not answered by then does not. */
const GRACE_MS = 1_500
/** Between two departures. */
const TICK_MS = 5

/** Appends go round the addresses and connections. A refusal counts as no answer. */
export async function appendAtRate(primitives: Primitives, { addresses, connections, perSecond, forMs }: Append): Promise<Omit<JobResult, 'seconds'>> {
  const lateness: number[] = []
  const senders: (() => void)[] = []
  for (let i = 0; i < connections; i++) {
    const node = await startClient()
    const connection = await dial(node, addresses[i % addresses.length] ?? '')
    const { handle, ask, hear } = await openMailbox(primitives, node, connection, someMember(primitives))
    const sentMs = new Map<number, number>()
    let request = 1
    hear((answer) => {
      if (answer.kind !== 'appended') return
      lateness.push(performance.now() - (sentMs.get(answer.request) ?? 0))
      sentMs.delete(answer.request)
    })
    senders.push(() => {
      sentMs.set(++request, performance.now())
      ask({ kind: 'append', request, handle, class: 'stored', body: crypto.getRandomValues(new Uint8Array(BODY_BYTES)) })
    })
  }
  const startMs = performance.now()
  let sent = 0
  while (performance.now() - startMs < forMs) {
    for (const due = ((performance.now() - startMs) / 1_000) * perSecond; sent < due; sent++) senders[sent % senders.length]?.()
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  for (let waitedMs = 0; lateness.length < sent && waitedMs < GRACE_MS; waitedMs += TICK_MS) await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  return { sent, received: summaryOf(lateness) }
}

/** Resolves with the seconds that it took to be given all records so often, on one connection. */
export async function readMuch(primitives: Primitives, { way, address, group, records, times }: Read): Promise<number> {
  const node = await startClient()
  const connection = await dial(node, address)
  let over = Promise.withResolvers<void>()
  let [heard, uncredited] = [0, 0]
  const count = (more: number): void => {
    heard += more
    if (heard === records) over.resolve()
  }
  let begin: () => void
  if (way === 'stream') {
    const send = framesOf(await connection.newStream(STREAM_PROTOCOL), () => count(1))
    const wanted = new Uint8Array(4)
    new DataView(wanted.buffer).setUint32(0, records)
    begin = () => send(wanted)
  } else {
    const { handle, ask, hear } = await openMailbox(primitives, node, connection, groupOf(primitives, group))
    const read = (after: number): void => ask({ kind: 'read', request: 1, handle, after, most: LIMITS.readRecords })
    hear((answer) => {
      if (answer.kind === 'records') {
        if (answer.more) read(answer.records.at(-1)?.cursor ?? 0)
        count(answer.records.length)
      } else if (answer.kind === 'pushed') {
        if (++uncredited >= LIMITS.pushCredit / 2) {
          ask({ kind: 'credit', handle, more: uncredited })
          uncredited = 0
        }
        count(1)
      }
    })
    begin = () => (way === 'read' ? read(0) : ask({ kind: 'subscribe', request: 1, handle, after: 0, credit: LIMITS.pushCredit }))
  }
  const startMs = performance.now()
  for (let time = 0; time < times; time++) {
    over = Promise.withResolvers()
    heard = uncredited = 0
    begin()
    await over.promise
  }
  return (performance.now() - startMs) / 1_000
}
