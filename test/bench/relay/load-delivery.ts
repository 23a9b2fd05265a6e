/** Subscribers that note how late each message is, and a publisher, by the mailbox, by gossip, or by streams that are passed on. */
import { gossipsub } from '@libp2p/gossipsub'
import type { Libp2p } from '@libp2p/interface'
import type { Primitives } from '@sotto/crypto/primitives'
import { dial, gossipServices, inParallel, startClient } from './load-clients.ts'
import { framesOf, groupOf, openMailbox } from './mailbox-line.ts'
import { BODY_BYTES, FANOUT_PROTOCOL, GOSSIP, type Job, type Received, TOPIC, sharedMs } from './messages.ts'

type Subscribe = Extract<Job, { readonly job: 'subscribe' }>
type Publish = Extract<Job, { readonly job: 'publish' }>

/** What is used here of gossipsub. */
interface Gossip extends EventTarget {
  readonly subscribe: (topic: string) => void
  readonly getSubscribers: (topic: string) => readonly unknown[]
  readonly publish: (topic: string, data: Uint8Array) => Promise<unknown>
}

const CREDIT = 256
/** A random body with its time and number at its beginning. */
function bodyNow(number: number): Uint8Array {
  const body = crypto.getRandomValues(new Uint8Array(BODY_BYTES))
  const view = new DataView(body.buffer)
  view.setFloat64(0, sharedMs())
  view.setUint32(8, number)
  return body
}

const startGossip = async (): Promise<{ readonly node: Libp2p; readonly gossip: Gossip }> => {
  const node = await startClient(gossipServices(gossipsub({ ...GOSSIP, allowPublishToZeroTopicPeers: true })))
  return { node, gossip: (node.services as unknown as { readonly gossip: Gossip }).gossip }
}

/** Resolves when the relay has said that it subscribes to the topic. */
async function isKnown(gossip: Gossip): Promise<void> {
  for (let waitedMs = 0; gossip.getSubscribers(TOPIC).length === 0; waitedMs += 20) {
    if (waitedMs > 30_000) throw new Error('the relay does not subscribe to the topic')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Of how late each message was, ms. */
export function summaryOf(latenessMs: readonly number[]): Received {
  const sorted = latenessMs.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
  return { messages: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) }
}

export function createSubscribers(primitives: Primitives): {
  readonly subscribe: (job: Subscribe) => Promise<void>
  readonly received: (quietMs: number) => Promise<Received>
} {
  const latenessMs: number[] = []
  let heardMs = 0
  /** One for each subscriber: what comes twice counts once. */
  const createHearer = (): ((body: Uint8Array) => void) => {
    const seen = new Set<number>()
    return (body) => {
      const nowMs = sharedMs()
      const view = new DataView(body.buffer, body.byteOffset)
      const number = view.getUint32(8)
      if (seen.has(number)) return
      seen.add(number)
      heardMs = nowMs
      latenessMs.push(nowMs - view.getFloat64(0))
    }
  }

  const subscribeOne = async ({ way, address, group }: Subscribe): Promise<void> => {
    const hear = createHearer()
    if (way === 'gossip') {
      const { node, gossip } = await startGossip()
      gossip.addEventListener('message', (event) => hear((event as CustomEvent<{ readonly data: Uint8Array }>).detail.data))
      gossip.subscribe(TOPIC)
      await dial(node, address)
      await isKnown(gossip)
      return
    }
    const node = await startClient()
    const connection = await dial(node, address)
    if (way === 'fanout') {
      framesOf(await connection.newStream(FANOUT_PROTOCOL), hear)
      return
    }
    const { handle, ask, hear: answers } = await openMailbox(primitives, node, connection, groupOf(primitives, group))
    const caughtUp = Promise.withResolvers<void>()
    let uncredited = 0
    answers((answer) => {
      if (answer.kind === 'caughtUp') caughtUp.resolve()
      if (answer.kind !== 'pushed') return
      hear(answer.body)
      if (++uncredited < CREDIT / 2) return
      ask({ kind: 'credit', handle, more: uncredited })
      uncredited = 0
    })
    ask({ kind: 'subscribe', request: 1, handle, after: 0, credit: CREDIT })
    await caughtUp.promise
  }

  return {
    subscribe: (job) => inParallel(job.count, 8, () => subscribeOne(job)),
    received: async (quietMs) => {
      heardMs = Math.max(heardMs, sharedMs())
      while (sharedMs() - heardMs < quietMs) await new Promise((resolve) => setTimeout(resolve, 100))
      return summaryOf(latenessMs.splice(0))
    },
  }
}

interface Publisher {
  readonly say: (body: Uint8Array) => void
  /** Resolves when so many are stored; at once where nothing is. */
  readonly stored: (messages: number) => Promise<void>
}

/** Resolves when the last message has left, and is stored if it is stored. */
export async function publish(primitives: Primitives, { way, address, group, from, messages, everyMs }: Publish): Promise<void> {
  const { say, stored } = await openPublisher(primitives, way, address, group)
  const startMs = performance.now()
  for (let i = 0; i < messages; i++) {
    const waitMs = startMs + i * everyMs - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    say(bodyNow(from + i))
  }
  await stored(messages)
}

async function openPublisher(primitives: Primitives, way: Publish['way'], address: string, group: Publish['group']): Promise<Publisher> {
  const stored = async (): Promise<void> => {}
  if (way === 'gossip') {
    const { node, gossip } = await startGossip()
    await dial(node, address)
    await isKnown(gossip)
    return { say: (body) => void gossip.publish(TOPIC, body).catch(() => undefined), stored }
  }
  const node = await startClient()
  const connection = await dial(node, address)
  if (way === 'fanout') return { say: framesOf(await connection.newStream(FANOUT_PROTOCOL), () => {}), stored }
  const { handle, ask, hear } = await openMailbox(primitives, node, connection, groupOf(primitives, group))
  const over = Promise.withResolvers<void>()
  let [request, heard, wanted] = [1, 0, Infinity]
  hear((answer) => {
    if (answer.kind === 'appended' && ++heard >= wanted) over.resolve()
    if (answer.kind === 'refused') over.reject(new Error(`an append is refused: ${answer.code}`))
  })
  return {
    say: (body) => ask({ kind: 'append', request: request++, handle, class: 'stored', body }),
    stored: (messages) => {
      wanted = messages
      if (heard >= wanted) over.resolve()
      return over.promise
    },
  }
}
