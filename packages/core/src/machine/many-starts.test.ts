/** Every start uses up key ids of an epoch, and a device that only reads never begins a new epoch. */
import { expect, it } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { LIMITS } from '@sotto/wire'
import { createCore, type Event, type State } from '../index.ts'
import { KEY_NUMBER, Transaction } from '../inside.ts'

const NOW_MS = 1_800_000_000_000
const RELAY = '/ip4/127.0.0.1/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'

it('a device that has started a thousand times in one epoch can start again', async () => {
  const primitives = await loadSodiumPrimitives()
  const core = createCore({ primitives, random: (length) => crypto.getRandomValues(new Uint8Array(length)) })
  let state: State = core.createProfile('Reader', [RELAY], NOW_MS).state
  const tell = (event: Event): void => {
    state = core.step(state, event, NOW_MS).state
  }
  tell({ kind: 'started' })
  tell({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Group' } })
  const next = (): number => new Transaction(state).scan(KEY_NUMBER)[0]?.value.next ?? 0
  let before = next()
  for (let start = 0; start < 1_000; start++) {
    // Without `stopping`, so each stop was unclean.
    tell({ kind: 'started' })
    if (before <= LIMITS.keysPerEpoch) expect(next()).toBeGreaterThan(before)
    before = next()
  }
  // The epoch is used up: the next message begins a new one, where key ids are counted again.
  expect(before).toBeGreaterThan(LIMITS.keysPerEpoch)
})
