/** Ciphertext that is kept for other members stays within its bounds; the oldest goes first. */
import { describe, expect, it } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { LIMITS } from '@sotto/wire'
import { createCore, type Effect, type Event, type HistoryRecord, type State } from '../index.ts'
import { EPOCH, GROUP, KEPT_BYTES, PEER, Transaction } from '../inside.ts'

const RELAY = '/ip4/127.0.0.1/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'
const DAY_MS = 86_400_000

/** One person alone with a core, and the history of envelopes as a store would keep it. */
async function alone() {
  const primitives = await loadSodiumPrimitives()
  let counter = 0
  const random = (length: number): Uint8Array => primitives.sha256(Uint8Array.of(counter >> 8, counter++)).slice(0, length)
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => random(32)[i % 32] ?? 0)
  const core = createCore({ primitives, random: bytes })
  const kept = new Map<string, HistoryRecord>()
  let nowMs = 1_800_000_000_000
  let state: State = core.createProfile('Alone', [RELAY], nowMs).state
  const tell = (event: Event): void => {
    const step = core.step(state, event, nowMs)
    state = step.state
    for (const { history, id, order, value } of step.writes.histories) {
      if (!history.startsWith('envelopes/')) continue
      if (value === null) kept.delete(id)
      else kept.set(id, { id, order, value })
    }
    for (const effect of step.effects) answer(effect)
  }
  const answer = (effect: Effect): void => {
    if (effect.kind !== 'readHistory' || effect.query.kind !== 'page' || !effect.query.history.startsWith('envelopes/')) return
    const records = [...kept.values()].toSorted((a, b) => (a.order < b.order ? -1 : 1)).slice(0, effect.query.limit)
    tell({ kind: 'historyRead', read: effect.read, records })
  }
  tell({ kind: 'started' })
  tell({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Alone' } })
  const tamper = (change: (transaction: Transaction, group: string, epoch: string) => void): void => {
    const transaction = new Transaction(state)
    const [group = '', epoch = ''] = transaction.scan(EPOCH)[0]?.key ?? []
    change(transaction, group, epoch)
    state = transaction.state
  }
  // As if reconciled with a member: sealing may begin.
  tamper((transaction, _, epoch) =>
    transaction.put(PEER, ['peer'], {
      path: 'direct',
      initiator: true,
      ownNonce: random(32),
      theirNonce: null,
      theirProofs: [],
      isDirectAllowed: false,
      writer: null,
      unreadable: { left: 1, atMs: 0 },
      epochs: [],
      reconciled: [epoch],
    }),
  )
  return {
    kept,
    tamper,
    say: (text: string): void => {
      nowMs += 1_000
      const [group = ''] = new Transaction(state).scan(GROUP)[0]?.key ?? []
      tell({ kind: 'requested', request: text, what: { kind: 'send', group, text } })
    },
    pass: (ms: number): void => {
      nowMs += ms
      tell({ kind: 'woke' })
    },
    bytes: (): number => new Transaction(state).scan(KEPT_BYTES).reduce((sum, { value }) => sum + value, 0),
  }
}

describe('ciphertext kept for other members', () => {
  it('is counted in bytes when it is kept', async () => {
    const { kept, say, bytes } = await alone()
    for (const text of ['one', 'two', 'three']) say(text)
    expect(kept.size).toBe(3)
    expect(bytes()).toBe([...kept.values()].reduce((sum, { value }) => sum + value.length, 0))
  })

  it('is deleted, the oldest first, when it exceeds its bound of bytes', async () => {
    const { kept, tamper, say, bytes } = await alone()
    for (const text of ['one', 'two', 'three']) say(text)
    const [first = '', ...others] = kept.keys()
    const spare = 400
    tamper((transaction, group, epoch) => transaction.put(KEPT_BYTES, [group, epoch], LIMITS.envelopeHistoryBytes - spare))
    say('four')
    expect(kept.size).toBe(4)
    say('five')
    expect(kept.has(first)).toBe(false)
    expect(others.every((id) => kept.has(id))).toBe(true)
    expect(bytes()).toBeLessThanOrEqual(LIMITS.envelopeHistoryBytes)
  })

  it('is deleted when it is older than its bound', async () => {
    const { kept, say, pass } = await alone()
    say('one')
    pass(20 * DAY_MS)
    say('two')
    const [first = '', second = ''] = kept.keys()
    pass(11 * DAY_MS)
    expect([kept.has(first), kept.has(second)]).toEqual([false, true])
  })
})
