import * as fc from 'fast-check'
import { decode, encode, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { expect, test } from 'vitest'
import { body, countingBytes, credentialsOf, primitives } from '../testing/story-world.ts'
import { createMemoryRelay } from '../memory-relay.ts'
import { mailboxIdOf, signOpen } from '../credentials.ts'
import { createMailboxClient } from './create-mailbox-client.ts'
import type { ClientEvent, ClientStep } from './mailbox-client.ts'

const DAY = 86_400_000

interface Underway {
  readonly atMs: number
  readonly arrive: () => void
}

/**
 * One client and one relay on a virtual clock. Every frame has a delay of its own; frames keep their order each way.
 * Returns the codes of all refusals that crossed the wire, the client's events, and when it was done.
 */
function run(delaysMs: readonly number[], appends: readonly { readonly atMs: number; readonly count: number }[], skewMs: number) {
  const relay = createMemoryRelay({ primitives, randomBytes: countingBytes(), relayPeer: 'relay' })
  const client = createMailboxClient(primitives)
  const group = credentialsOf('group', 'group', 'append')
  const events: ClientEvent[] = []
  const refusals: string[] = []
  const underway: Underway[] = []
  const lastArrivalMs = { up: 0, down: 0 }
  let frames = 0
  let nowMs = 0
  let state = client.start()

  const travel = (way: 'up' | 'down', arrive: () => void): void => {
    const atMs = Math.max(lastArrivalMs[way], nowMs + (delaysMs[frames++ % delaysMs.length] ?? 0))
    lastArrivalMs[way] = atMs
    underway.push({ atMs, arrive })
  }
  const take = (step: ClientStep): void => {
    state = step.state
    for (const frame of step.frames) travel('up', () => answer(relay.receive(1, frame, nowMs)))
    for (const event of step.events) {
      events.push(event)
      if (event.kind === 'wakeAt') underway.push({ atMs: event.atMs - skewMs, arrive: () => take(client.onTick(state, nowMs + skewMs)) })
    }
  }
  const answer = (deliveries: ReturnType<typeof relay.receive>): void => {
    for (const delivery of deliveries) {
      if (delivery.kind !== 'frame') continue
      const decoded = decode(mailboxAnswer, delivery.frame)
      if (decoded?.kind === 'refused') refusals.push(decoded.code)
      travel('down', () => take(client.onFrame(state, delivery.frame, nowMs + skewMs)))
    }
  }

  take(client.onOpened(state, 'client', 'relay'))
  answer(relay.connect(1, 'client', 'address', 0))
  let number = 0
  for (const { atMs, count } of appends) {
    underway.push({
      atMs,
      arrive: () => {
        for (let i = 0; i < count; i++) {
          const token = `${number++}`
          take(client.append(state, { token, credentials: group, body: body(token), class: 'stored' }, nowMs + skewMs))
        }
      },
    })
  }
  while (underway.length > 0) {
    let first = 0
    for (const [i, { atMs }] of underway.entries()) if (atMs < (underway[first]?.atMs ?? 0)) first = i
    const [next] = underway.splice(first, 1)
    nowMs = Math.max(nowMs, next?.atMs ?? 0)
    next?.arrive()
  }
  return { refusals, appended: events.filter(({ kind }) => kind === 'appended').length, asked: number, nowMs }
}

test('however frames are delayed and however many letters wait, no append is refused for its rate, and all arrive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 20_000 }), count: fc.integer({ min: 1, max: 120 }) }), { maxLength: 4 }),
      fc.integer({ min: -DAY, max: DAY }),
      (delaysMs, appends, skewMs) => {
        const { refusals, appended, asked } = run(delaysMs, appends, skewMs)
        expect(refusals).toEqual([])
        expect(appended).toBe(asked)
      },
    ),
    { numRuns: 60 },
  )
})

test('a long queue goes out at nearly the relay’s rate', () => {
  const { nowMs, appended } = run([20], [{ atMs: 0, count: 300 }], 0)
  expect(appended).toBe(300)
  // 100 at once, 200 more at 20 a second take 10 s.
  expect(nowMs).toBeGreaterThan(9_000)
  expect(nowMs).toBeLessThan(12_500)
})

test('a client that exceeds the pace is refused and told how long to wait: the relay does count', () => {
  const relay = createMemoryRelay({ primitives, randomBytes: countingBytes(), relayPeer: 'relay', limits: { appendBurst: 3 } })
  const group = credentialsOf('group', 'group', 'append')
  const answerTo = (frame: Uint8Array) => {
    const [delivery] = relay.receive(1, frame, 0)
    return delivery?.kind === 'frame' ? decode(mailboxAnswer, delivery.frame) : undefined
  }
  const [hello] = relay.connect(1, 'client', 'address', 0)
  const nonce = hello?.kind === 'frame' ? decode(mailboxAnswer, hello.frame) : undefined
  if (nonce?.kind !== 'hello') throw new Error('no HELLO')
  const mailbox = mailboxIdOf(primitives, group.keys)
  const statement = { relayPeer: 'relay', clientPeer: 'client', nonce: nonce.nonce, mailbox, expiresMs: 1_000 }
  const signatures = signOpen(primitives, group, statement)
  const open = { kind: 'open', request: 1, keys: group.keys, grant: null, expiresMs: 1_000, ...signatures } as const
  expect(answerTo(encode(mailboxRequest, open))).toMatchObject({ kind: 'opened', handle: 1 })
  const answers = [2, 3, 4, 5].map((request) =>
    answerTo(encode(mailboxRequest, { kind: 'append', request, handle: 1, class: 'stored', body: body(`${request}`) })),
  )
  expect(answers.slice(0, 3).map((answer) => answer?.kind)).toEqual(['appended', 'appended', 'appended'])
  expect(answers[3]).toMatchObject({ kind: 'refused', code: 'rate', retryAfterMs: 50 })
})
