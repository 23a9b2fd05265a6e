/** A device that once knew our address may write under any number of identities, so what is kept of strangers is bounded. */
import { expect, it } from 'vitest'
import { acceptBundle, bundleFor, sealWithSessions, startSession } from '@sotto/crypto'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { encode, type GroupId, LIMITS } from '@sotto/wire'
import { createPerson } from '../../../crypto/src/test-support/people.ts'
import { preKeyStoreOf } from '../identity/pre-key-rows.ts'
import { createCore, type State } from '../index.ts'
import { CONTACT, type ControlMessage, letter, PEER, peerFrame, PENDING_BODY, SELF, STRANGER, Transaction } from '../inside.ts'

const NOW_MS = 1_800_000_000_000

it('of many strangers only a limited number of contacts is kept, and nothing that they said', async () => {
  const primitives = await loadSodiumPrimitives()
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  const provider = { primitives, random }
  const core = createCore(provider)
  let state: State = core.createProfile('Alone', [], NOW_MS).state
  const step = (event: Parameters<typeof core.step>[1]): void => {
    state = core.step(state, event, NOW_MS).state
  }
  step({ kind: 'started' })
  step({ kind: 'networkStarted', ownPeer: 'me' })
  step({ kind: 'peerOpened', peer: 'they', path: 'direct', initiator: false })
  expect(new Transaction(state).get(PEER, 'they')).toBeDefined()

  const noise: ControlMessage = { kind: 'logHeads', group: random(32) as GroupId, isAnswer: false, heads: [], earlier: [] }
  for (let i = 0; i < LIMITS.strangers + 20; i++) {
    const transaction = new Transaction(state)
    const [store, self] = [preKeyStoreOf(transaction), transaction.get(SELF, 'self')]
    if (store === undefined || self === undefined) throw new Error('no profile')
    const stranger = createPerson(provider, NOW_MS)
    const bundle = acceptBundle(primitives, bundleFor(store, self.certificate).bundle, NOW_MS)
    if ('code' in bundle) throw new Error(bundle.code)
    const { record } = sealWithSessions(provider, startSession(provider, stranger, bundle, null, NOW_MS), encode(letter, [noise]), NOW_MS, 0)
    step({ kind: 'peerFrameReceived', peer: 'they', frame: encode(peerFrame, { kind: 'letter', record }) })
  }
  const transaction = new Transaction(state)
  expect(transaction.scan(CONTACT)).toHaveLength(LIMITS.strangers)
  expect(transaction.scan(STRANGER)).toHaveLength(LIMITS.strangers)
  expect(transaction.scan(PENDING_BODY)).toEqual([])
})
