/** A relay that was never reached is shown as unreachable, and what waits for it leaves when it connects. */
import { expect, it } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { decode, encode, LIMITS, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { createCore, type Effect, type Event, type State } from '../index.ts'

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

it('the view shows a relay as unreachable before its first connection, and as connected afterwards', async () => {
  const primitives = await loadSodiumPrimitives()
  const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })
  let state: State = core.createProfile('Alone', [RELAY], NOW_MS).state
  const effects: Effect[] = []
  const tell = (event: Event): void => {
    const step = core.step(state, event, NOW_MS)
    state = step.state
    effects.push(...step.effects)
  }
  const relays = () => core.viewOf(state).relays
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: 'me' })
  expect(relays()).toMatchObject([{ address: RELAY, state: 'connecting' }])
  tell({ kind: 'relayClosed', relay: RELAY })
  expect(relays()).toMatchObject([{ address: RELAY, state: 'unreachable' }])
  tell({ kind: 'relayOpened', relay: RELAY, relayPeer: 'relay', ownAddresses: [] })
  const hello = {
    kind: 'hello',
    nonce: new Uint8Array(32),
    incarnation: new Uint8Array(16),
    limits: SERVED,
    timeMs: NOW_MS,
    stunPort: 0,
    turn: null,
    isOpen: true,
  } as const
  tell({ kind: 'relayFrameReceived', relay: RELAY, frame: encode(mailboxAnswer, hello) })
  expect(relays()).toMatchObject([{ address: RELAY, state: 'connected' }])
  expect(relays()).toMatchObject([{ latencyMs: null, reachedMs: NOW_MS, isChosen: true, isGone: false }])
  tell({ kind: 'relayAnswered', relay: RELAY, ms: 24 })
  expect(relays()).toMatchObject([{ latencyMs: 24 }])
  tell({ kind: 'relayClosed', relay: RELAY })
  tell({ kind: 'relayAnswered', relay: RELAY, ms: 25 })
  expect(relays()).toMatchObject([{ state: 'unreachable', latencyMs: null }])
  const opened = effects.some((effect) => effect.kind === 'sendRelayFrame' && decode(mailboxRequest, effect.frame)?.kind === 'open')
  expect(opened).toBe(true)
})

it('a relay that keeps letters for less than usual is shown as that, and only while it says so', async () => {
  const primitives = await loadSodiumPrimitives()
  const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })
  const shownFor = (keepSeconds: number): number | null | undefined => {
    let state: State = core.createProfile('Alone', [RELAY], NOW_MS).state
    const tell = (event: Event): void => void (state = core.step(state, event, NOW_MS).state)
    tell({ kind: 'started' })
    tell({ kind: 'networkStarted', ownPeer: 'me' })
    tell({ kind: 'relayOpened', relay: RELAY, relayPeer: 'relay', ownAddresses: [] })
    const hello = {
      kind: 'hello',
      nonce: new Uint8Array(32),
      incarnation: new Uint8Array(16),
      limits: { ...SERVED, keepSeconds },
      timeMs: NOW_MS,
      stunPort: 0,
      turn: null,
      isOpen: true,
    } as const
    tell({ kind: 'relayFrameReceived', relay: RELAY, frame: encode(mailboxAnswer, hello) })
    return core.viewOf(state).relays[0]?.keepsDays
  }
  expect([7 * 86_400, 3_600, 30 * 86_400, 2 ** 32 - 1].map(shownFor)).toEqual([7, 0, null, null])
})
