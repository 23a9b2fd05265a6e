/** What happens to a relay address that a person enters, from the request to the relay that answers there. */
import { expect, it } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { admissionTokenOf, withAdmission } from '@sotto/wire'
import type { MachineRequest } from '../contract/replies.ts'
import { createCore, type Effect, type EngineReply, type Event, type State } from '../index.ts'

const NOW_MS = 1_800_000_000_000
const PEER = '12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG'
const OTHER = '12D3KooWQSCwbuQRuFpKwgVejGgbKkouxtU6S4ihTXnJYzmkxbU8'
const UNNAMED = '/dns/relay.example.org/tcp/4001/ws'
const NAMED = `${UNNAMED}/p2p/${PEER}`

const primitives = await loadSodiumPrimitives()
const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })

/** A person's machine, and what it asks of the network. */
function person(relays: readonly string[] = []) {
  let state: State = core.createProfile('Mira', relays, NOW_MS).state
  const tell = (event: Event): readonly Effect[] => {
    const step = core.step(state, event, NOW_MS)
    state = step.state
    return step.effects
  }
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: OTHER })
  return {
    tell,
    ask: (what: MachineRequest): EngineReply | undefined =>
      tell({ kind: 'requested', request: 'asked', what }).flatMap((effect) => (effect.kind === 'reply' ? [effect.reply] : []))[0],
    relays: () => core.viewOf(state).relays,
  }
}

const linksOf = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === 'connectRelay' || effect.kind === 'disconnectRelay' ? [`${effect.kind} ${effect.relay}`] : []))

it('a relay is added under one address, however it was copied, and only once', () => {
  const mira = person()
  for (const address of [`<${NAMED}/>`, `"${NAMED}".`, NAMED.replace('/p2p/', '/ipfs/')])
    expect(mira.ask({ kind: 'addRelay', address })).toMatchObject({ ok: true })
  expect(mira.relays()).toMatchObject([{ address: NAMED, state: 'connecting' }])
})

it.each([
  ['/ip4/192.0.2.7/tcp/99999/ws', 'relayPortImpossible'],
  ['/ip4/999.0.2.7/tcp/4001/ws', 'relayHostImpossible'],
  [NAMED.replace('EqtX', 'Eqt0'), 'relayPeerImpossible'],
  ['relay.example.org', 'relayPortMissing'],
  ['wss://relay.example.org/chat', 'relayHasPath'],
  ['/dns/relay.example.org/udp/4001/quic-v1', 'relayNotForBrowsers'],
  ['hello', 'relayAddressInvalid'],
])('%s is rejected at once: %s', (address, code) => {
  const mira = person()
  expect(mira.ask({ kind: 'addRelay', address })).toMatchObject({ ok: false, rejection: { code } })
  expect(mira.relays()).toEqual([])
})

it('a relay without a peer id is kept with the one that it proves, and never passed on before', () => {
  const mira = person([UNNAMED])
  expect(mira.ask({ kind: 'createGroup', title: 'Desk' })).toMatchObject({ rejection: { code: 'relayNotReachedYet' } })
  const effects = mira.tell({ kind: 'relayOpened', relay: UNNAMED, relayPeer: PEER, ownAddresses: [] })
  expect(linksOf(effects)).toEqual([`disconnectRelay ${UNNAMED}`, `connectRelay ${NAMED}`])
  expect(mira.relays()).toMatchObject([{ address: NAMED, state: 'connecting' }])
  expect(linksOf(mira.tell({ kind: 'relayOpened', relay: NAMED, relayPeer: PEER, ownAddresses: [] }))).toEqual([])
  expect(mira.ask({ kind: 'createGroup', title: 'Desk' })).toMatchObject({ ok: true })
})

it('a relay without a peer id that proves to be a known relay is not added again', () => {
  const mira = person([NAMED])
  mira.ask({ kind: 'addRelay', address: 'ws://relay.example.org:4001' })
  mira.tell({ kind: 'relayOpened', relay: UNNAMED, relayPeer: PEER, ownAddresses: [] })
  expect(mira.relays().map(({ address }) => address)).toEqual([NAMED])
})

it('an address with a token takes the place of the same without, and waits in its turn for a peer id', () => {
  const token = admissionTokenOf({ number: 1, devices: 2, expiresDay: 30_000, tag: new Uint8Array(16) })
  const mira = person([NAMED])
  mira.ask({ kind: 'addRelay', address: withAdmission(NAMED, token) })
  expect(mira.relays()).toMatchObject([{ address: withAdmission(NAMED, token) }])
  const nina = person()
  nina.ask({ kind: 'addRelay', address: withAdmission(UNNAMED, token) })
  nina.tell({ kind: 'relayOpened', relay: withAdmission(UNNAMED, token), relayPeer: PEER, ownAddresses: [] })
  expect(nina.relays()).toMatchObject([{ address: withAdmission(NAMED, token) }])
})

it('a relay is shown as another relay while a different one answers at its address', () => {
  const mira = person([NAMED])
  mira.tell({ kind: 'relayIsAnother', relay: NAMED })
  mira.tell({ kind: 'relayClosed', relay: NAMED })
  expect(mira.relays()).toMatchObject([{ address: NAMED, state: 'anotherRelay' }])
})
