/** To which peers a device shows its network addresses: to those that prove an epoch, and for as long as they do (PROTOCOL §7). */
import { expect, it } from 'vitest'
import { deriveEpochKeys, epochProof } from '@sotto/crypto'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { decode, encode, LIMITS } from '@sotto/wire'
import { createCore, type Effect, type Event, type State } from '../index.ts'
import { EPOCH, type PeerFrame, peerFrame, Transaction } from '../inside.ts'

const NOW_MS = 1_800_000_000_000
const RELAY = '/ip4/127.0.0.1/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'

/** A device alone in a group, with a connected peer that knows the secret of its epoch and says what a test wants. */
async function connected() {
  const primitives = await loadSodiumPrimitives()
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  const core = createCore({ primitives, random })
  let state: State = core.createProfile('Alone', [RELAY], NOW_MS).state
  const effects: Effect[] = []
  const tell = (event: Event): void => {
    const step = core.step(state, event, NOW_MS)
    state = step.state
    effects.push(...step.effects)
  }
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: 'me' })
  tell({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Group' } })
  const [found] = new Transaction(state).scan(EPOCH)
  if (found === undefined) throw new Error('no epoch')
  const [group = ''] = found.key
  const { syncKey } = deriveEpochKeys(primitives, found.value.secret)
  const say = (frame: PeerFrame): void => tell({ kind: 'peerFrameReceived', peer: 'they', frame: encode(peerFrame, frame) })
  const nonce = random(32)
  return {
    group,
    tell,
    say,
    random,
    another: (): string => {
      const before = new Transaction(state).scan(EPOCH).map(({ key }) => key[0])
      tell({ kind: 'requested', request: 'another', what: { kind: 'createGroup', title: 'Quiet' } })
      return new Transaction(state).scan(EPOCH).find(({ key }) => !before.includes(key[0]))?.key[0] ?? ''
    },
    open: (): void => tell({ kind: 'peerOpened', peer: 'they', path: 'relayed', initiator: false }),
    hello: (): void => say({ kind: 'hello', nonce }),
    prove: (): void => {
      const frames = effects.flatMap((effect) => (effect.kind === 'sendPeerFrame' ? [decode(peerFrame, effect.frame)] : []))
      const hello = frames.findLast((frame) => frame?.kind === 'hello')
      if (hello?.kind !== 'hello') throw new Error('not greeted')
      const between = { initiator: 'they', responder: 'me', initiatorNonce: nonce, responderNonce: hello.nonce }
      say({ kind: 'proofs', proofs: [epochProof(primitives, syncKey, 'initiator', between)] })
    },
    /** What the network was told about direct connections, oldest first. */
    told: (): readonly string[] => effects.flatMap(({ kind }) => (kind === 'allowDirect' || kind === 'forbidDirect' || kind === 'hangUpPeer' ? [kind] : [])),
  }
}

it('a peer may be connected to directly from its proof on, and is told so once', async () => {
  const { open, hello, prove, told } = await connected()
  open()
  hello()
  expect(told()).toEqual([])
  prove()
  prove()
  expect(told()).toEqual(['allowDirect'])
})

it('a peer that proves nothing may not, whatever it sends', async () => {
  const { open, hello, say, random, told } = await connected()
  open()
  hello()
  say({ kind: 'proofs', proofs: Array.from({ length: LIMITS.epochProofs }, () => random(32)) })
  say({ kind: 'letter', record: random(256) })
  say({ kind: 'preKeysWanted' })
  expect(told()).toEqual([])
})

it('it may no longer when the epoch that it proved is none of ours any more', async () => {
  const { group, open, hello, prove, tell, told } = await connected()
  open()
  hello()
  prove()
  tell({ kind: 'requested', request: 'leave', what: { kind: 'leaveGroup', group, successor: null } })
  expect(told()).toEqual(['allowDirect', 'forbidDirect'])
})

it('it may no longer when it is gone, and has to prove the epoch again when it comes back', async () => {
  const { open, hello, prove, tell, told } = await connected()
  open()
  hello()
  prove()
  tell({ kind: 'peerClosed', peer: 'they' })
  expect(told()).toEqual(['allowDirect', 'forbidDirect'])
  open()
  hello()
  expect(told()).toEqual(['allowDirect', 'forbidDirect'])
  prove()
  expect(told()).toEqual(['allowDirect', 'forbidDirect', 'allowDirect'])
})

it('a peer that proves the epoch of a group that hides addresses may not, and one that may is hung up on when that begins', async () => {
  const { group, open, hello, prove, tell, told } = await connected()
  const set = (isOn: boolean): void => tell({ kind: 'requested', request: 'set', what: { kind: 'setAddressPrivacy', group, isOn } })
  set(true)
  open()
  hello()
  prove()
  expect(told()).toEqual([])
  set(false)
  expect(told()).toEqual(['allowDirect'])
  set(true)
  expect(told()).toEqual(['allowDirect', 'forbidDirect', 'hangUpPeer'])
})

it('a peer that proves another group alone may not either, as long as no device says that it is there', async () => {
  const { open, hello, prove, another, tell, told } = await connected()
  open()
  hello()
  prove()
  expect(told()).toEqual(['allowDirect'])
  const quiet = another()
  expect(told()).toEqual(['allowDirect'])
  // It may be a member's that keeps its proof of that group back.
  tell({ kind: 'requested', request: 'set', what: { kind: 'setAddressPrivacy', group: quiet, isOn: true } })
  expect(told()).toEqual(['allowDirect', 'forbidDirect', 'hangUpPeer'])
})
