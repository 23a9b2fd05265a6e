/** When an ML-KEM step is made, what it costs on the wire, and what becomes of a damaged or dishonest one (PROTOCOL §2). */
import { decode, encode, isLadderLength, KEM_CIPHERTEXT_BYTES, KEM_KEY_BYTES, letterRecord, LIMITS, SEALED_KEM_PART_BYTES, toHex, utf8 } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import type { OwnKemPart } from '../double-ratchet/kem-step.ts'
import type { RatchetState } from '../double-ratchet/ratchet-state.ts'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { ageKem, createParty, DAY_MS, NOW_MS, open, type Party, receive, seal } from './testing/two-devices.ts'

const sodium = await loadSodiumPrimitives()

/** Alice and Bob; both have written, and Bob writes next. */
function talk(seed: string) {
  const provider = seededProvider(sodium, seed)
  const [alice, bob] = [createParty(provider), createParty(provider)]
  open(provider, alice, bob)
  const say = (from: Party, nowMs = NOW_MS): Uint8Array => {
    const record = seal(provider, from, utf8('said'), nowMs)
    expect(receive(provider, from === alice ? bob : alice, record, nowMs)).toEqual(utf8('said'))
    return record
  }
  for (const from of [alice, bob, alice]) say(from)
  return { provider, alice, bob, say }
}

function ratchetOf({ sessions }: Party): RatchetState {
  const session = sessions?.sessions[0]
  if (session === undefined) throw new Error('no session')
  return session.ratchet
}

const kindOf = (party: Party): OwnKemPart['kind'] => ratchetOf(party).kemPart.kind

/** The party as it would be with another part beside what it sends. */
function withKemPart(party: Party, kemPart: OwnKemPart): Party {
  const sessions = party.sessions?.sessions.map((session) => ({ ...session, ratchet: { ...session.ratchet, kemPart } })) ?? []
  return { ...party, sessions: { sessions, distributionsSinceTurn: 0 } }
}

describe('a step', () => {
  test('is begun by the side that writes first after fifty letters, answered by the other, and then none for fifty more', () => {
    const { alice, bob, say } = talk('fifty')
    const kinds: string[] = ['none', 'none', 'none']
    for (let letter = kinds.length; letter < 2 * LIMITS.kemStepMessages + 4; letter++) {
      const from = letter % 2 === 1 ? bob : alice
      say(from)
      kinds.push(kindOf(from))
    }
    const places = kinds.flatMap((kind, i) => (kind === 'none' ? [] : [`${kind} ${i}`]))
    expect(places).toEqual(['key 50', 'ciphertext 51', 'key 101', 'ciphertext 102'])
  })

  test("is begun after seven days, by the writer's clock, whichever way the clock was set", () => {
    const { provider, alice, bob, say } = talk('seven days')
    say(bob, NOW_MS + 7 * DAY_MS - 1)
    expect(kindOf(bob)).toBe('none')
    const ahead: Party = { ...alice }
    seal(provider, ahead, utf8('later'), NOW_MS + 7 * DAY_MS)
    expect(kindOf(ahead)).toBe('key')
    seal(provider, alice, utf8('before'), NOW_MS - 8 * DAY_MS)
    expect(kindOf(alice)).toBe('key')
  })

  test('waits for a turn: a chain that has begun goes on as it began', () => {
    const { provider, alice, bob, say } = talk('in the middle')
    say(bob)
    for (let i = 0; i < 3 * LIMITS.kemStepMessages; i++) {
      seal(provider, bob, utf8('nobody answers'))
      expect(kindOf(bob)).toBe('none')
    }
    say(alice)
    say(bob)
    expect(kindOf(bob)).toBe('key')
  })

  test('is repeated beside every letter until the other side answers, and any of them is enough', () => {
    const { provider, alice, bob } = talk('repeated')
    ageKem(bob)
    const keys = Array.from({ length: 5 }, (_, i) => seal(provider, bob, utf8(`key ${i}`)))
    expect(receive(provider, alice, keys[3] ?? new Uint8Array())).toEqual(utf8('key 3'))
    const answers = Array.from({ length: 5 }, (_, i) => seal(provider, alice, utf8(`answer ${i}`)))
    expect(receive(provider, bob, answers[4] ?? new Uint8Array())).toEqual(utf8('answer 4'))
    const after = seal(provider, bob, utf8('after'))
    expect(receive(provider, alice, after)).toEqual(utf8('after'))
    // Late ones open all the same, with the part beside them.
    expect(receive(provider, alice, keys[0] ?? new Uint8Array())).toEqual(utf8('key 0'))
    expect(receive(provider, bob, answers[0] ?? new Uint8Array())).toEqual(utf8('answer 0'))
    for (const record of [...keys, ...answers]) expect(record.length).toBeGreaterThan(KEM_CIPHERTEXT_BYTES)
    expect(after).toHaveLength(LIMITS.smallestRecordBytes)
    for (const party of [alice, bob]) expect(kindOf(party)).toBe('none')
  })

  test('is made alike in crosswise sessions that began with it: both sides come to send in one, and late letters of both open', () => {
    const provider = seededProvider(sodium, 'crosswise')
    const [alice, bob] = [createParty(provider), createParty(provider)]
    open(provider, alice, bob)
    open(provider, bob, alice)
    const late: [Party, Uint8Array][] = []
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      ageKem(from)
      late.push([to, seal(provider, from, utf8(`late ${late.length}`))])
      expect(kindOf(from)).toBe('key')
    }
    const crossing = [seal(provider, alice, utf8('from Alice')), seal(provider, bob, utf8('from Bob'))] as const
    expect(receive(provider, bob, crossing[0])).toEqual(utf8('from Alice'))
    expect(receive(provider, alice, crossing[1])).toEqual(utf8('from Bob'))
    expect(alice.sessions?.sessions.map(({ id }) => toHex(id))).toEqual(bob.sessions?.sessions.map(({ id }) => toHex(id)))
    const kinds = new Set<string>()
    for (let turn = 0; turn < 6; turn++) {
      const [from, to] = turn % 2 === 0 ? [alice, bob] : [bob, alice]
      if (turn < 3) ageKem(from)
      late.push([to, seal(provider, from, utf8(`late ${late.length}`))])
      expect(receive(provider, to, seal(provider, from, utf8(`turn ${turn}`)))).toEqual(utf8(`turn ${turn}`))
      kinds.add(kindOf(from))
    }
    expect(kinds).toEqual(new Set(['none', 'key', 'ciphertext']))
    for (const [i, [to, record]] of late.entries()) expect(receive(provider, to, record)).toEqual(utf8(`late ${i}`))
  })
})

describe('a letter with a part', () => {
  test('is on the ladder, shows nothing of the part, and the longest one with the header of a first letter fits a record', () => {
    const { provider, bob } = talk('sizes')
    ageKem(bob)
    const record = seal(provider, bob, utf8('short'))
    const { kemPart } = ratchetOf(bob)
    expect(isLadderLength(record.length)).toBe(true)
    if (kemPart.kind !== 'key') throw new Error('no step was begun')
    for (const at of [0, 512, KEM_KEY_BYTES - 16]) {
      expect(toHex(record)).not.toContain(toHex(kemPart.publicKey.slice(at, at + 16)))
    }
    const letter = decode(letterRecord, record)
    expect(letter?.message.sealed.length).toBeGreaterThan(SEALED_KEM_PART_BYTES.key)

    const [started, other] = [createParty(provider), createParty(provider)]
    open(provider, started, other)
    const longest = new Uint8Array(LIMITS.recordBytes - 6 * 1024).fill(7)
    const first = seal(provider, started, longest, NOW_MS + 8 * DAY_MS)
    expect(kindOf(started)).toBe('key')
    expect(first.length).toBeLessThanOrEqual(LIMITS.recordBytes)
    expect(receive(provider, other, first, NOW_MS + 8 * DAY_MS)).toEqual(longest)
    expect(receive(provider, started, seal(provider, other, longest, NOW_MS + 8 * DAY_MS), NOW_MS + 8 * DAY_MS)).toEqual(longest)
    expect(ratchetOf(started).kemAge.steppedMs).toBe(NOW_MS + 8 * DAY_MS)
  })

  test('with any byte of key or ciphertext changed fails alone: the next of the chain opens, the step is made, and so does the letter itself', () => {
    const { provider, alice, bob, say } = talk('flipped parts')
    ageKem(bob)
    for (const [from, to, length] of [
      [bob, alice, KEM_KEY_BYTES],
      [alice, bob, KEM_CIPHERTEXT_BYTES],
    ] as const) {
      const record = seal(provider, from, utf8('damaged on its way'))
      const before = to.sessions
      const start = record.length - (decode(letterRecord, record)?.message.sealed.length ?? 0)
      for (let at = 0; at < length + 40; at += 13) {
        expect(receive(provider, to, flipped(record, start + at, at % 8)), `byte ${at}`).toBe('damaged')
        expect(to.sessions).toBe(before)
      }
      expect(receive(provider, to, seal(provider, from, utf8('the next')))).toEqual(utf8('the next'))
      expect(receive(provider, to, record)).toEqual(utf8('damaged on its way'))
    }
    for (const from of [bob, alice, bob]) say(from)
    expect(ratchetOf(alice).kemAge.messages).toBeLessThan(10)
  })
})

describe('a dishonest step is refused and leaves the session as it was', () => {
  test('a key whose coefficients are not reduced (FIPS 203 §7.2)', () => {
    const { provider, alice, bob } = talk('modulus')
    const badKey = withKemPart(bob, { kind: 'key', seed: new Uint8Array(64), publicKey: new Uint8Array(KEM_KEY_BYTES).fill(0xff) })
    const before = alice.sessions
    expect(receive(provider, alice, seal(provider, badKey, utf8('bad')))).toBe('badKemStep')
    expect(alice.sessions).toBe(before)
    expect(receive(provider, alice, seal(provider, bob, utf8('good')))).toEqual(utf8('good'))
  })

  test('an answer to no key, no answer to a key, and a key for a key', () => {
    const { provider, alice, bob } = talk('no answer')
    const answering = withKemPart(bob, { kind: 'ciphertext', ciphertext: new Uint8Array(KEM_CIPHERTEXT_BYTES) })
    expect(receive(provider, alice, seal(provider, answering, utf8('an answer')))).toBe('badKemStep')
    ageKem(bob)
    expect(receive(provider, alice, seal(provider, bob, utf8('a key')))).toEqual(utf8('a key'))
    expect(kindOf(alice)).toBe('ciphertext')
    for (const part of [{ kind: 'none' }, ratchetOf(bob).kemPart] as const) {
      expect(receive(provider, bob, seal(provider, withKemPart(alice, part), utf8('no answer')))).toBe('badKemStep')
    }
    expect(receive(provider, bob, seal(provider, alice, utf8('the answer')))).toEqual(utf8('the answer'))
  })

  test('a ciphertext for another key: its letter does not open', () => {
    const { provider, alice, bob } = talk('implicit rejection')
    ageKem(bob)
    receive(provider, alice, seal(provider, bob, utf8('a key')))
    const other = sodium.mlKem768.encapsulate(sodium.mlKem768.keyPairFromSeed(provider.random(64)).publicKey, provider.random(32))
    if (other === undefined) throw new Error('no ciphertext')
    const wrong = withKemPart(alice, { kind: 'ciphertext', ciphertext: other.ciphertext })
    expect(receive(provider, bob, seal(provider, wrong, utf8('wrong')))).toBe('damaged')
    expect(receive(provider, bob, seal(provider, alice, utf8('right')))).toEqual(utf8('right'))
  })

  test('a letter of the suite without steps is nothing of ours', () => {
    const { provider, alice, bob } = talk('old suite')
    const record = seal(provider, bob, utf8('old'))
    const letter = decode(letterRecord, record)
    if (letter === undefined) throw new Error('no letter')
    expect(receive(provider, alice, encode(letterRecord, { ...letter, message: { ...letter.message, suite: 1 } }))).toBeUndefined()
  })
})
