/** Whatever a relay answers, the machine continues and soon tries again. */
import { describe, expect, it } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { decode, encode, LIMITS, type MailboxAnswer, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { createCore, type Effect, type Event, type State } from '../index.ts'
import { GROUP, ONE_TIME_KEM_PRE_KEY, OUTBOX, Transaction } from '../inside.ts'

const NOW_MS = 1_800_000_000_000
const RELAY = '/ip4/127.0.0.1/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'
const SERVED = {
  appendsPerSecond: 20,
  appendBurst: 100,
  requestsInFlight: 256,
  mailboxes: 64,
  recordBytes: LIMITS.recordBytes,
  pushCredit: 4,
  keepSeconds: 2_592_000,
  strangersKeepSeconds: 604_800,
  blobBytes: 75_497_472,
  blobKeepSeconds: 1_209_600,
  blobAppendsPerSecond: 128,
  blobAppendBurst: 512,
}

it('a refusal for an endless time holds an entry back only for a limited time', async () => {
  const primitives = await loadSodiumPrimitives()
  const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })
  let state: State = core.createProfile('Alone', [RELAY], NOW_MS).state
  let refused = 0
  const answerOf = (frame: Uint8Array): MailboxAnswer | undefined => {
    const asked = decode(mailboxRequest, frame)
    if (asked?.kind === 'open') return { kind: 'opened', request: asked.request, handle: asked.request }
    if (asked?.kind !== 'append') return undefined
    refused++
    return { kind: 'refused', request: asked.request, code: 'full', retryAfterMs: 2 ** 48 - 1 }
  }
  const tell = (event: Event): void => {
    const step = core.step(state, event, NOW_MS)
    state = step.state
    for (const effect of step.effects) heard(effect)
  }
  const say = (answer: MailboxAnswer): void => tell({ kind: 'relayFrameReceived', relay: RELAY, frame: encode(mailboxAnswer, answer) })
  const heard = (effect: Effect): void => {
    const answer = effect.kind === 'sendRelayFrame' ? answerOf(effect.frame) : undefined
    if (answer !== undefined) say(answer)
  }
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: 'me' })
  tell({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Alone' } })
  const [group = ''] = new Transaction(state).scan(GROUP)[0]?.key ?? []
  tell({ kind: 'requested', request: 'invite', what: { kind: 'createInvite', group } })
  tell({ kind: 'relayOpened', relay: RELAY, relayPeer: 'relay', ownAddresses: [] })
  say({ kind: 'hello', nonce: new Uint8Array(32), incarnation: new Uint8Array(16), limits: SERVED, timeMs: NOW_MS, stunPort: 0, turn: null, isOpen: true })
  expect(refused).toBeGreaterThan(0)
  const waiting = new Transaction(state).scan(OUTBOX).map(({ value }) => value.notBeforeMs)
  expect(waiting.length).toBeGreaterThan(0)
  expect(Math.max(...waiting)).toBeLessThanOrEqual(NOW_MS + LIMITS.refusedRetryMostMs)
})

it('a relay that says that another reads the inbox is believed for a line to the person, and for nothing else', async () => {
  const primitives = await loadSodiumPrimitives()
  const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })
  let nowMs = NOW_MS
  let state: State = core.createProfile('Alone', [RELAY], nowMs).state
  let inbox: number | undefined
  let group: number | undefined
  const written: string[] = []
  const tell = (event: Event): void => {
    const step = core.step(state, event, nowMs)
    state = step.state
    written.push(...step.writes.rows.map(({ key }) => key))
    for (const effect of step.effects) {
      const asked = effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
      if (asked?.kind !== 'open') continue
      if (asked.keys.kind === 'inbox') inbox = asked.request
      else group = asked.request
      say({ kind: 'opened', request: asked.request, handle: asked.request })
    }
  }
  const say = (answer: MailboxAnswer): void => tell({ kind: 'relayFrameReceived', relay: RELAY, frame: encode(mailboxAnswer, answer) })
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: 'me' })
  tell({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Alone' } })
  tell({ kind: 'relayOpened', relay: RELAY, relayPeer: 'relay', ownAddresses: [] })
  say({ kind: 'hello', nonce: new Uint8Array(32), incarnation: new Uint8Array(16), limits: SERVED, timeMs: nowMs, stunPort: 0, turn: null, isOpen: true })
  if (inbox === undefined || group === undefined) throw new Error('no mailbox was opened')
  const saidMs = () => core.viewOf(state).self?.secondReaderMs
  say({ kind: 'secondReader', handle: group })
  expect(saidMs()).toBeNull()
  written.splice(0)
  for (let i = 0; i < 100; i++) say({ kind: 'secondReader', handle: inbox })
  expect(saidMs()).toBe(NOW_MS)
  expect(written.filter((key) => key.startsWith('secondReader'))).toHaveLength(1)
  expect(written.every((key) => key.startsWith('secondReader'))).toBe(true)
  for (let i = 0; i < 7; i++) {
    nowMs += 10_000
    tell({ kind: 'woke' })
  }
  say({ kind: 'secondReader', handle: inbox })
  expect(saidMs()).toBe(nowMs)
})

it('a relay that says again and again that no prekeys are left is given new ones once in a while, and is heard later', async () => {
  const primitives = await loadSodiumPrimitives()
  const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })
  let nowMs = NOW_MS
  let state: State = core.createProfile('Alone', [RELAY], nowMs).state
  let published = 0
  let inbox = 0
  const answerOf = (frame: Uint8Array): MailboxAnswer | undefined => {
    const asked = decode(mailboxRequest, frame)
    if (asked?.kind === 'open') {
      if (asked.keys.kind === 'inbox') inbox = asked.request
      return { kind: 'opened', request: asked.request, handle: asked.request }
    }
    if (asked?.kind !== 'publishKeys') return undefined
    published++
    return { kind: 'done', request: asked.request }
  }
  const tell = (event: Event): void => {
    const step = core.step(state, event, nowMs)
    state = step.state
    for (const effect of step.effects) {
      const answer = effect.kind === 'sendRelayFrame' ? answerOf(effect.frame) : undefined
      if (answer !== undefined) say(answer)
    }
  }
  const say = (answer: MailboxAnswer): void => tell({ kind: 'relayFrameReceived', relay: RELAY, frame: encode(mailboxAnswer, answer) })
  const sayNoneLeft = (): void => say({ kind: 'keysLeft', handle: inbox, published: true, oneTime: 0, oneTimeKem: 0 })
  const made = (): number => new Transaction(state).scan(ONE_TIME_KEM_PRE_KEY).length
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: 'me' })
  tell({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Alone' } })
  tell({ kind: 'relayOpened', relay: RELAY, relayPeer: 'relay', ownAddresses: [] })
  say({ kind: 'hello', nonce: new Uint8Array(32), incarnation: new Uint8Array(16), limits: SERVED, timeMs: nowMs, stunPort: 0, turn: null, isOpen: true })
  say({ kind: 'keysLeft', handle: inbox, published: false, oneTime: 0, oneTimeKem: 0 })
  expect(published).toBeGreaterThan(0)

  const [publishedAtFirst, madeAtFirst] = [published, made()]
  for (let i = 0; i < 30; i++) sayNoneLeft()
  expect(made()).toBe(madeAtFirst)
  expect(published).toBe(publishedAtFirst)

  // What it said is not forgotten: it may be true.
  nowMs += LIMITS.preKeysAgainMs
  tell({ kind: 'woke' })
  expect(published).toBeGreaterThan(publishedAtFirst)
  expect(made()).toBe(madeAtFirst + LIMITS.oneTimePreKeys)
  const publishedLater = published
  for (let i = 0; i < 30; i++) sayNoneLeft()
  expect(published).toBe(publishedLater)
})

describe('a relay that refuses every letter since its mailbox is full', () => {
  /** How many appends a device sends to it in a time, where the relay says that there is room so often. */
  async function appendsIn(passMs: number, saysRoom: 'never' | 'always'): Promise<{ readonly appends: number; readonly waiting: number }> {
    const primitives = await loadSodiumPrimitives()
    const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })
    let nowMs = NOW_MS
    let state: State = core.createProfile('Alone', [RELAY], nowMs).state
    let appends = 0
    const frames: Uint8Array[] = []
    let wakeMs = Infinity
    const tell = (event: Event): void => {
      const step = core.step(state, event, nowMs)
      state = step.state
      for (const effect of step.effects) {
        if (effect.kind === 'sendRelayFrame') frames.push(effect.frame)
        if (effect.kind === 'wakeAt') wakeMs = effect.atMs
      }
    }
    const say = (answer: MailboxAnswer): void => tell({ kind: 'relayFrameReceived', relay: RELAY, frame: encode(mailboxAnswer, answer) })
    const answerAll = (): void => {
      for (let frame = frames.shift(); frame !== undefined; frame = frames.shift()) {
        const asked = decode(mailboxRequest, frame)
        if (asked?.kind === 'open') say({ kind: 'opened', request: asked.request, handle: asked.request })
        if (asked?.kind === 'subscribe') {
          say({ kind: 'done', request: asked.request })
          say({ kind: 'caughtUp', handle: asked.handle, cursor: 0 })
        }
        if (asked?.kind !== 'append') continue
        if (asked.class === 'signal') say({ kind: 'done', request: asked.request })
        else {
          appends++
          say({ kind: 'refused', request: asked.request, code: 'full', retryAfterMs: 1 })
          for (let times = saysRoom === 'always' ? 3 : 0; times > 0; times--) say({ kind: 'roomAgain', handle: asked.handle })
        }
      }
    }
    tell({ kind: 'started' })
    tell({ kind: 'networkStarted', ownPeer: 'me' })
    tell({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Alone' } })
    const [group = ''] = new Transaction(state).scan(GROUP)[0]?.key ?? []
    for (let i = 0; i < 20; i++)
      tell({ kind: 'requested', request: `send ${i}`, what: { kind: 'send', group, text: `Message ${i}`, mentions: [], replyTo: null } })
    tell({ kind: 'relayOpened', relay: RELAY, relayPeer: 'relay', ownAddresses: [] })
    say({ kind: 'hello', nonce: new Uint8Array(32), incarnation: new Uint8Array(16), limits: SERVED, timeMs: nowMs, stunPort: 0, turn: null, isOpen: true })
    answerAll()
    const pass = (ms: number): void => {
      const untilMs = nowMs + ms
      while (wakeMs <= untilMs) {
        nowMs = Math.max(nowMs, wakeMs)
        wakeMs = Infinity
        tell({ kind: 'woke' })
        answerAll()
      }
    }
    pass(EPOCHS_BEGIN_MS)
    const before = appends
    pass(passMs)
    return { appends: appends - before, waiting: new Transaction(state).scan(OUTBOX).length }
  }
  /** A full mailbox is answered with a few epochs at once, each with another, and with no more for half an hour. */
  const EPOCHS_BEGIN_MS = 60_000
  const MINUTES = 9

  it('and never says that there is room: one is tried again each half minute, and not all', async () => {
    const { appends, waiting } = await appendsIn(MINUTES * 60_000, 'never')
    expect(waiting).toBeGreaterThan(15)
    // Of each mailbox: operations also wait for those of the epochs before.
    expect(appends).toBeLessThanOrEqual(2 * MINUTES * LIMITS.mailboxFullEpochs)
  })

  it('and says all the time that there is room: it is believed less and less', async () => {
    const { appends, waiting } = await appendsIn(MINUTES * 60_000, 'always')
    expect(waiting).toBeGreaterThan(15)
    // After one second, two, four, and so on.
    expect(appends).toBeLessThan(12 * waiting)
  })
})
