import * as fc from 'fast-check'
import { decode, encode, fromUtf8, isLadderLength, type KemPartKind, toHex, utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { keysIn, seededProvider, watchPrimitives } from '../test-support/seeded-provider.ts'
import { type SessionSet, sessionSetCodec } from './session-set.ts'
import { ageKem, createParty, NOW_MS, open, type Party, receive, seal } from './testing/two-devices.ts'

const sodium = await loadSodiumPrimitives()

interface Letter {
  readonly to: Party
  readonly record: Uint8Array
  readonly text: string
}

/** What happens next, as fast-check draws it: who acts, what is done, and to which letter on its way. */
const event = fc.record({
  side: fc.nat({ max: 1 }),
  what: fc.constantFrom('send', 'send', 'send', 'deliver', 'deliver', 'deliver', 'deliver', 'repeat', 'lose', 'renew'),
  which: fc.nat({ max: 1_000 }),
})

/** As a device has them after a restart. */
function keep(party: Party): void {
  if (party.sessions !== null) party.sessions = decode(sessionSetCodec, encode(sessionSetCodec, party.sessions)) ?? null
}

const sendingId = ({ sessions }: Party): string => toHex(sessions?.sessions[0]?.id ?? new Uint8Array())

/** Letters between two devices. Either may start, both at once too. */
function world(seed: number) {
  const provider = seededProvider(sodium, seed)
  const parties = [createParty(provider), createParty(provider)] as const
  const onTheirWay: Letter[] = []
  const opened = new Map<Party, Set<string>>(parties.map((party) => [party, new Set()]))
  let written = 0
  const send = (side: number): void => {
    const [from, to] = side === 0 ? parties : [parties[1], parties[0]]
    if (from.sessions === null) open(provider, from, to)
    const text = `${side}: letter ${written++}`
    const record = seal(provider, from, utf8(text))
    keep(from)
    expect(isLadderLength(record.length)).toBe(true)
    onTheirWay.push({ to, record, text })
  }
  /** Every letter opens when it first arrives, whatever came before, and never again. */
  const deliver = ({ to, record, text }: Letter): void => {
    const before = opened.get(to) ?? new Set()
    const outcome = receive(provider, to, record)
    if (before.has(text)) {
      expect(outcome instanceof Uint8Array).toBe(false)
      return
    }
    expect(outcome instanceof Uint8Array ? fromUtf8(outcome) : outcome).toBe(text)
    before.add(text)
    keep(to)
  }
  const renew = (side: number): void => {
    const [from, to] = side === 0 ? parties : [parties[1], parties[0]]
    if ((from.sessions?.sessions.length ?? 0) < 3) open(provider, from, to)
  }
  return { parties, onTheirWay, send, deliver, renew }
}

/** What of an ML-KEM step the party's sending session sends. */
const kemPartOf = ({ sessions }: Party): KemPartKind => sessions?.sessions[0]?.ratchet.kemPart.kind ?? 'none'

test('any order, loss, duplication and crosswise set-up, with ML-KEM steps in between, open the same letters, each once, and both sides come to send alike', () => {
  const kemParts = { none: 0, key: 0, ciphertext: 0 }
  fc.assert(
    fc.property(fc.nat(), fc.array(event, { minLength: 10, maxLength: 60 }), (seed, events) => {
      const { parties, onTheirWay, send, deliver, renew } = world(seed)
      let renewals = 0
      for (const { side, what, which } of events) {
        const at = onTheirWay.length === 0 ? -1 : which % onTheirWay.length
        const letter = onTheirWay[at]
        if (what === 'send') {
          // Where the chain has begun, or the last step is still on its way, this changes nothing yet.
          if (which % 2 === 0) ageKem(parties[side === 0 ? 0 : 1])
          send(side)
        } else if (what === 'renew') {
          // A device keeps four sessions: what a fifth was needed for is lost, as it should be.
          if (renewals++ < 2) renew(side)
        } else if (letter !== undefined) {
          if (what !== 'lose') deliver(letter)
          if (what !== 'repeat') onTheirWay.splice(at, 1)
        }
        for (const party of parties) kemParts[kemPartOf(party)] += 1
      }
      for (const letter of onTheirWay.splice(0)) deliver(letter)
      for (let round = 0; round < 3; round++) {
        for (const side of [0, 1]) {
          send(side)
          for (const letter of onTheirWay.splice(0)) deliver(letter)
        }
      }
      expect(sendingId(parties[0])).toBe(sendingId(parties[1]))
      for (const { sessions } of parties) expect(sessions?.sessions[0]?.unansweredHeader).toBeNull()
    }),
    { numRuns: 80 },
  )
  // The property says nothing where no step is made: these are states in which one was on its way.
  expect(kemParts.key).toBeGreaterThan(20)
  expect(kemParts.ciphertext).toBeGreaterThan(20)
})

test('two that write to each other first at once come to send in one session, and keep the other for receiving', () => {
  for (let seed = 0; seed < 8; seed++) {
    const { parties, onTheirWay, send, deliver } = world(seed)
    send(0)
    send(1)
    for (const letter of onTheirWay.splice(0)) deliver(letter)
    expect(sendingId(parties[0])).toBe(sendingId(parties[1]))
    const ids = parties.map(({ sessions }) => (sessions?.sessions ?? []).map(({ id }) => toHex(id)))
    expect(ids[0]).toHaveLength(2)
    expect(ids[0]).toEqual(ids[1])
    expect(ids[0]).toEqual((ids[0] ?? []).toSorted())
  }
})

test('no key and nonce seal twice, and no used key is in what is kept', () => {
  const watch = watchPrimitives(sodium)
  const provider = seededProvider(watch.primitives, 'used keys')
  const [alice, bob] = [createParty(provider), createParty(provider)]
  open(provider, alice, bob)
  const begun = alice.sessions
  const kemParts = new Set<string>()
  for (let turn = 0; turn < 6; turn++) {
    const [from, to] = turn % 2 === 0 ? [alice, bob] : [bob, alice]
    if (turn === 2) ageKem(alice)
    const records = Array.from({ length: 5 }, (_, i) => seal(provider, from, utf8(`${turn}.${i}`)))
    for (const record of records.toReversed()) expect(receive(provider, to, record)).toBeInstanceOf(Uint8Array)
    kemParts.add(kemPartOf(from))
  }
  expect(kemParts).toEqual(new Set(['none', 'key', 'ciphertext']))
  expect(new Set(watch.sealedWith).size).toBe(watch.sealedWith.length)

  const bytesOf = (sessions: SessionSet | null): Uint8Array => (sessions === null ? new Uint8Array() : encode(sessionSetCodec, sessions))
  // The header keys of the chains that go on are in use and stay, and the receiver's chain may be where the sender's was.
  const lasting = new Set<string>()
  for (const { sessions } of [alice, bob]) {
    const ratchet = sessions?.sessions[0]?.ratchet
    for (const key of [
      ratchet?.rootKey,
      ratchet?.sending?.headerKey,
      ratchet?.receiving?.headerKey,
      ratchet?.receiving?.chainKey,
      ratchet?.sending?.chainKey,
      ratchet?.nextReceivingHeaderKey,
      ratchet?.nextSendingHeaderKey,
    ]) {
      if (key !== undefined) lasting.add(toHex(key))
    }
  }
  const used = watch.usedKeys.filter((key) => key.length === 32 && !lasting.has(toHex(key)))
  expect(used.length).toBeGreaterThan(100)
  expect(keysIn(bytesOf(begun), used)).not.toEqual([])
  expect(keysIn(bytesOf(alice.sessions), used)).toEqual([])
  expect(keysIn(bytesOf(bob.sessions), used)).toEqual([])
})

test('an earlier copy of a state opens nothing once both sides have turned', () => {
  const provider = seededProvider(sodium, 'healing')
  const [alice, bob] = [createParty(provider), createParty(provider)]
  open(provider, alice, bob)
  receive(provider, bob, seal(provider, alice, utf8('one')))
  receive(provider, alice, seal(provider, bob, utf8('two')))
  const copied: Party = { ...bob }
  receive(provider, bob, seal(provider, alice, utf8('three')))
  receive(provider, alice, seal(provider, bob, utf8('four')))
  expect(receive(provider, bob, seal(provider, alice, utf8('five')))).toEqual(utf8('five'))
  receive(provider, alice, seal(provider, bob, utf8('six')))
  const healed = seal(provider, alice, utf8('seven'))
  expect(receive(provider, copied, healed)).toBeUndefined()
  expect(receive(provider, bob, healed)).toEqual(utf8('seven'))
})

test('distributions are counted until the ratchet turns or a new session sends', () => {
  const provider = seededProvider(sodium, 'distributions')
  const [alice, bob] = [createParty(provider), createParty(provider)]
  open(provider, alice, bob)
  for (let i = 0; i < 2; i++) receive(provider, bob, seal(provider, alice, utf8('key'), NOW_MS, 2))
  expect(alice.sessions?.distributionsSinceTurn).toBe(4)
  receive(provider, alice, seal(provider, bob, utf8('thanks')))
  expect(alice.sessions?.distributionsSinceTurn).toBe(0)
  seal(provider, alice, utf8('key'), NOW_MS, 1)
  open(provider, alice, bob)
  expect(alice.sessions?.distributionsSinceTurn).toBe(0)
})
