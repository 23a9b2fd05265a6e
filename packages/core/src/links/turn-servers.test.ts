/** What a relay says of TURN servers is a claim: which of them the network is told. */
import { expect, it } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { LIMITS, type MailboxAnswer, type TurnAccess, encode, mailboxAnswer } from '@sotto/wire'
import { createCore, type Event, type State } from '../index.ts'

const NOW_MS = 1_800_000_000_000
const PEER = '12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'
const PUBLIC_RELAY = `/dns4/relay.example.org/tcp/443/tls/ws/p2p/${PEER}`
const HOME_RELAY = `/ip4/192.168.1.7/tcp/4001/ws/p2p/${PEER}`
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
const TURN: TurnAccess = { urls: ['turn:turn.example.org:3478'], username: '1800003600', password: 'eA==', forSeconds: 3_600 }

/** What a device whose person chose that relay tells its network of TURN servers, as they are said one after the other. */
async function toldOf(relay: string, said: readonly (TurnAccess | null)[]): Promise<readonly object[]> {
  const primitives = await loadSodiumPrimitives()
  const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })
  let state: State = core.createProfile('Alone', [relay], NOW_MS).state
  const told: object[] = []
  const tell = (event: Event): void => {
    const step = core.step(state, event, NOW_MS)
    state = step.state
    for (const effect of step.effects) if (effect.kind === 'useTurn') told.push(effect)
  }
  const say = (answer: MailboxAnswer): void => tell({ kind: 'relayFrameReceived', relay, frame: encode(mailboxAnswer, answer) })
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: 'me' })
  tell({ kind: 'relayOpened', relay, relayPeer: 'relay', ownAddresses: [] })
  const [first = null, ...later] = said
  say({ kind: 'hello', nonce: new Uint8Array(32), incarnation: new Uint8Array(16), limits: SERVED, timeMs: NOW_MS, stunPort: 0, turn: first, isOpen: true })
  for (const turn of later) if (turn !== null) say({ kind: 'turn', turn })
  return told
}

it('servers are used until their credentials end, and newer credentials take the place of older', async () => {
  const { urls, username, password } = TURN
  expect(await toldOf(PUBLIC_RELAY, [TURN, { ...TURN, username: '1800007200', forSeconds: 7_200 }])).toEqual([
    { kind: 'useTurn', relay: PUBLIC_RELAY, urls, username, password, untilMs: NOW_MS + 3_600_000 },
    { kind: 'useTurn', relay: PUBLIC_RELAY, urls, username: '1800007200', password, untilMs: NOW_MS + 7_200_000 },
  ])
  expect(await toldOf(PUBLIC_RELAY, [{ ...TURN, forSeconds: 2 ** 32 - 1 }])).toMatchObject([{ untilMs: NOW_MS + LIMITS.turnMs }])
})

it('a relay that names none takes back what it named before', async () => {
  expect(await toldOf(PUBLIC_RELAY, [null])).toMatchObject([{ urls: [], username: '', password: '' }])
})

it('what is no address, and what leads into a house, is left out', async () => {
  const urls = ['turn:127.0.0.1:1', 'turn:192.168.1.1:80', 'turn:router:80', 'turn:192.0.2.7:1', 'stun:a.example.org:1', 'turn:b.example.org:3478']
  expect(await toldOf(PUBLIC_RELAY, [{ ...TURN, urls: urls.slice(2) }])).toMatchObject([{ urls: ['turn:b.example.org:3478'] }])
  expect(await toldOf(PUBLIC_RELAY, [{ ...TURN, urls: urls.slice(0, 3) }])).toMatchObject([{ urls: [] }])
  // A relay at home may name a server beside it.
  expect(await toldOf(HOME_RELAY, [{ ...TURN, urls: urls.slice(0, 3) }])).toMatchObject([{ urls: ['turn:192.168.1.1:80'] }])
})

it('a name or password that is no plain text is not used', async () => {
  for (const wrong of [{ username: '' }, { username: 'a b' }, { password: '' }, { password: 'ä' }, { password: 'a\nb' }]) {
    expect(await toldOf(PUBLIC_RELAY, [{ ...TURN, ...wrong }])).toMatchObject([{ urls: [] }])
  }
})
