/** Fetching many prekeys from a relay that grants few at a time: how many refusals that costs, and what goes first. */
import { decode, encode, LIMITS, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { expect, test } from 'vitest'
import { createMemoryRelay } from '../memory-relay.ts'
import { body, countingBytes, credentialsOf, primitives, sendCapabilityOf } from '../testing/story-world.ts'
import { createMailboxClient } from './create-mailbox-client.ts'
import type { ClientEvent, ClientStep } from './mailbox-client.ts'

const client = createMailboxClient(primitives)
/** Virtual ms from a frame to its answer. */
const ROUND_MS = 40

/** One client at one relay, on a clock that only frames and wakes move. */
function connected() {
  const relay = createMemoryRelay({ primitives, randomBytes: countingBytes(), relayPeer: 'relay' })
  const sent: string[] = []
  const appended: string[] = []
  const events: ClientEvent[] = []
  const codes: string[] = []
  let steps = 0
  let nowMs = 0
  /** Whether the relay's store does not answer. */
  let isAway = (_atMs: number): boolean => false
  let wakeMs: number | null = null
  let state = client.start()
  let underway: Uint8Array[] = []

  const take = (step: ClientStep): void => {
    steps++
    state = step.state
    underway.push(...step.frames)
    for (const event of step.events) {
      events.push(event)
      if (event.kind === 'wakeAt') wakeMs = event.atMs
    }
  }
  const hear = (deliveries: ReturnType<typeof relay.receive>): void => {
    for (const delivery of deliveries) {
      if (delivery.kind !== 'frame') continue
      const answer = decode(mailboxAnswer, delivery.frame)
      if (answer?.kind === 'refused') codes.push(answer.code)
      take(client.onFrame(state, delivery.frame, nowMs))
    }
  }
  take(client.onOpened(state, 'client', 'relay'))
  hear(relay.connect(1, 'client', 'address', 0))
  return {
    relay,
    sent,
    appended,
    events,
    codes,
    steps: () => steps,
    nowMs: () => nowMs,
    setAway: (away: (atMs: number) => boolean) => {
      isAway = away
    },
    run: (act: (before: typeof state, atMs: number) => ClientStep) => take(act(state, nowMs)),
    /** Until nothing is in flight and nothing is planned. */
    runToQuiet: () => {
      for (;;) {
        const frames = underway
        underway = []
        if (frames.length > 0) nowMs += ROUND_MS
        else if (wakeMs === null) return
        else nowMs = Math.max(nowMs, wakeMs)
        if (frames.length === 0) {
          wakeMs = null
          take(client.onTick(state, nowMs))
        }
        for (const frame of frames) {
          const request = decode(mailboxRequest, frame)
          if (request !== undefined) sent.push(request.kind)
          if (request?.kind === 'append') appended.push(String(request.body[0]))
          if (request?.kind === 'append' && isAway(nowMs)) {
            codes.push('storeAway')
            const refused = { kind: 'refused', request: request.request, code: 'storeAway', retryAfterMs: 1_000 } as const
            take(client.onFrame(state, encode(mailboxAnswer, refused), nowMs))
          } else {
            hear(relay.receive(1, frame, nowMs))
          }
        }
      }
    },
  }
}

test('the prekeys of two hundred devices are fetched once each, and few further fetches are refused', () => {
  const { run, runToQuiet, sent, events, codes, steps, nowMs } = connected()
  const DEVICES = 200
  for (let i = 0; i < DEVICES; i++)
    run((state, atMs) => client.fetchKeys(state, { token: `${i}`, credentials: sendCapabilityOf(`inbox ${i}`, 'contact') }, atMs))
  runToQuiet()
  const fetched = events.flatMap((event) => (event.kind === 'keysFetched' ? [event.token] : []))
  expect(fetched.length).toBe(DEVICES)
  expect(new Set(fetched).size).toBe(DEVICES)
  // A few in flight when the relay begins to refuse, and one or two until its pace is known.
  expect(codes.filter((code) => code !== 'rate')).toEqual([])
  expect(codes.length).toBeLessThanOrEqual(12)
  expect(sent.filter((kind) => kind === 'fetchKeys').length).toBe(DEVICES + codes.length)
  // The fetch, the OPEN, the answer, and a wake for each that has to wait.
  expect(steps()).toBeLessThan(5 * DEVICES)
  // And at the relay's pace: one a second after the first minute's allowance.
  const dueMs = ((DEVICES - LIMITS.preKeyFetchesPerMinute) / LIMITS.preKeyFetchesPerMinute) * 60_000
  expect(nowMs()).toBeGreaterThan(dueMs)
  expect(nowMs()).toBeLessThan(1.2 * dueMs)
})

test('once no request waits any more, the next ones go together again', () => {
  const { run, runToQuiet, sent, events } = connected()
  const ask = (from: number, count: number): void => {
    for (let i = from; i < from + count; i++)
      run((state, atMs) => client.fetchKeys(state, { token: `${i}`, credentials: sendCapabilityOf(`inbox ${i}`, 'contact') }, atMs))
  }
  ask(0, LIMITS.preKeyFetchesPerMinute + 10)
  runToQuiet()
  const before = sent.length
  ask(1_000, 5)
  runToQuiet()
  expect(events.filter(({ kind }) => kind === 'keysFetched').length).toBe(LIMITS.preKeyFetchesPerMinute + 15)
  expect(sent.slice(before, before + 5)).toEqual(Array.from({ length: 5 }, () => 'open'))
})

test('a prekey fetch that has not been sent can be taken back', () => {
  const { run, runToQuiet, sent, events } = connected()
  for (let i = 0; i < 20; i++) run((state, atMs) => client.fetchKeys(state, { token: `${i}`, credentials: sendCapabilityOf(`inbox ${i}`, 'contact') }, atMs))
  for (let i = 10; i < 20; i++) run((state) => client.cancel(state, `${i}`))
  runToQuiet()
  expect(events.flatMap((event) => (event.kind === 'keysFetched' ? [Number(event.token)] : [])).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 10 }, (_, i) => i),
  )
  expect(sent.filter((kind) => kind === 'fetchKeys').length).toBe(10)
})

test('urgent appends go before waiting ones that are not urgent, and keep their own order', () => {
  const { run, runToQuiet, appended } = connected()
  const group = credentialsOf('group', 'group', 'append')
  const append = (from: number, count: number, isUrgent: boolean): void =>
    run((state, atMs) =>
      client.appendMany(
        state,
        Array.from({ length: count }, (_, i) => ({
          token: `${from + i}`,
          credentials: group,
          body: body(String.fromCharCode(from + i)),
          class: 'stored' as const,
          isUrgent,
        })),
        atMs,
      ),
    )
  append(1, 60, false)
  append(101, 3, true)
  append(61, 3, false)
  append(104, 2, true)
  runToQuiet()
  expect(appended.map(Number)).toEqual([101, 102, 103, 104, 105, ...Array.from({ length: 63 }, (_, i) => i + 1)])
})

test('after the relay’s store was away, what waited goes at the pace of before', () => {
  const wire = connected()
  const mailbox = credentialsOf('group', 'group')
  // So long that a line takes sixteen at a time.
  const append = (number: number): void =>
    wire.run((state, atMs) => client.append(state, { token: `${number}`, credentials: mailbox, body: body(`${number}`, 4096), class: 'stored' }, atMs))
  append(0)
  wire.runToQuiet()
  // It comes back once in between.
  wire.setAway((atMs) => atMs < 10_000 || (atMs > 11_000 && atMs < 21_000))
  for (let number = 1; number <= 200; number++) append(number)
  wire.runToQuiet()
  const taken = wire.events.flatMap((event) => (event.kind === 'appended' ? [event.token] : []))
  expect([new Set(taken).size, taken.length]).toEqual([201, 201])
  // Then as fast as the relay takes them: not a few at a time, as far apart as it was away.
  expect(wire.nowMs()).toBeLessThan(40_000)
  // While it is away what is on the line is tried once a second.
  expect(wire.codes.filter((code) => code === 'storeAway').length).toBeLessThan(16 * 24)
})
