/** A session heals against an attacker that copied its state and breaks X25519, once an ML-KEM step was made (PROTOCOL §2). */
import { encode, equalBytes, LIMITS, toHex, utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { keysIn, seededProvider, watchPrimitives } from '../test-support/seeded-provider.ts'
import type { Session } from './session.ts'
import { sessionSetCodec } from './session-set.ts'
import { type Broken, breakPrimitives, eavesdrop } from './testing/eavesdropper.ts'
import { ageKem, createParty, open, type Party, receive, seal } from './testing/two-devices.ts'

const sodium = await loadSodiumPrimitives()

function sessionOf({ sessions }: Party): Session {
  const session = sessions?.sessions[0]
  if (session === undefined) throw new Error('no session')
  return session
}

/** Alice and Bob, who have written to each other; every key pair that they make is broken. */
function conversation(seed: string) {
  const { primitives, broken } = breakPrimitives(sodium)
  const provider = seededProvider(primitives, seed)
  const [alice, bob] = [createParty(provider), createParty(provider)]
  open(provider, alice, bob)
  let written = 0
  /** One writes some letters and the other opens them. Returns the records, with what is in them. */
  const say = (from: Party, count = 1): Records => {
    const to = from === alice ? bob : alice
    return Array.from({ length: count }, () => {
      const text = utf8(`letter ${written++}`)
      const record = seal(provider, from, text)
      expect(receive(provider, to, record)).toEqual(text)
      return [record, text] as const
    })
  }
  say(alice)
  say(bob)
  say(alice)
  return { provider, broken, alice, bob, say }
}

const dhAlone = ({ x25519 }: Broken): Broken => ({ x25519, mlKem768: new Map() })

type Records = readonly (readonly [record: Uint8Array, text: Uint8Array])[]

/** How many of these records an eavesdropper reads. */
const readBy = ({ hear }: ReturnType<typeof eavesdrop>, records: Records): number =>
  records.filter(([record, text]) => equalBytes(hear(record).plaintext ?? new Uint8Array(), text)).length

/** Of how many of these records an eavesdropper sees the header. */
const seenBy = ({ hear }: ReturnType<typeof eavesdrop>, records: Records): number => records.filter(([record]) => hear(record).header !== undefined).length

/** Both go on writing, in turns of two letters. What was written before an ML-KEM step and what under one or after it. */
function goOn({ alice, bob, say }: ReturnType<typeof conversation>, turns: number) {
  const before: (readonly [Uint8Array, Uint8Array])[] = []
  const after: (readonly [Uint8Array, Uint8Array])[] = []
  for (let turn = 0; turn < turns; turn++) {
    const from = turn % 2 === 0 ? bob : alice
    const records = say(from, 2)
    if (after.length > 0 || sessionOf(from).ratchet.kemPart.kind === 'ciphertext') after.push(...records)
    else before.push(...records)
  }
  return { before, after }
}

test('an attacker that copied a state of either side and breaks X25519 reads on until an ML-KEM step, and nothing from it on', () => {
  for (const side of ['alice', 'bob'] as const) {
    const talk = conversation(`healing ${side}`)
    const copied = sessionOf(talk[side])
    const { before, after } = goOn(talk, 40)
    // Fifty letters or so: all of them are read, so the attack is sound and the step is what stops it.
    expect(before.length).toBeGreaterThan(LIMITS.kemStepMessages - 5)
    expect(after.length).toBeGreaterThan(20)
    const quantum = eavesdrop(sodium, copied, dhAlone(talk.broken))
    expect(readBy(quantum, before)).toBe(before.length)
    expect(readBy(quantum, after.slice(0, 4))).toBe(0)
    // The header keys of the next chain of each side came from before the step: two letters each.
    expect(seenBy(quantum, after.slice(0, 4))).toBe(4)
    expect(seenBy(quantum, after.slice(4))).toBe(0)
    const omniscient = eavesdrop(sodium, copied, talk.broken)
    expect(readBy(omniscient, [...before, ...after])).toBe(before.length + after.length)
  }
})

test('an attacker that copied a state and breaks ML-KEM alone reads what the copied ratchet key opens, and not what a step joins', () => {
  const { alice, bob, say, broken } = conversation('healing, classically')
  say(bob)
  const copied = sessionOf(bob)
  ageKem(alice)
  const keys = say(alice, 2)
  const answers = say(bob, 2)
  expect(sessionOf(bob).ratchet.kemPart.kind).toBe('ciphertext')
  const eavesdropper = eavesdrop(sodium, copied, { x25519: new Map(), mlKem768: broken.mlKem768 })
  expect(readBy(eavesdropper, keys)).toBe(2)
  expect(readBy(eavesdropper, [...answers, ...say(alice, 2), ...say(bob, 2)])).toBe(0)
})

test('a state copied while its own ML-KEM key is on its way is healed by the step after that one', () => {
  const talk = conversation('healing late')
  const { alice, bob, say, broken } = talk
  ageKem(alice)
  say(bob)
  const [offer] = say(alice)
  const copied = sessionOf(alice)
  if (offer === undefined || copied.ratchet.kemPart.kind !== 'key') throw new Error('no step was begun')
  const withItsSeed: Broken = {
    x25519: broken.x25519,
    mlKem768: new Map([[toHex(copied.ratchet.kemPart.publicKey), copied.ratchet.kemPart.seed]]),
  }
  const thief = eavesdrop(sodium, copied, withItsSeed)
  const step = [...say(bob, 3), ...say(alice, 3)]
  expect(readBy(thief, step)).toBe(step.length)
  ageKem(bob)
  const next = [...say(bob), ...say(alice), ...say(bob)]
  expect(readBy(thief, next)).toBe(1)
  expect(sessionOf(bob).ratchet.kemPart.kind).toBe('none')
})

test('a state copied after a step opens no letter from before it, with every X25519 key broken too', () => {
  const talk = conversation('forward secrecy')
  const { alice, bob, say, broken } = talk
  const old = [...say(bob, 3), ...say(alice, 3)]
  ageKem(bob)
  const step = [...say(bob, 2), ...say(alice, 2), ...say(bob, 2)]
  for (const copied of [alice, bob]) {
    for (const [record] of [...old, ...step]) {
      expect(receive(talk.provider, { ...copied }, record)).not.toBeInstanceOf(Uint8Array)
    }
    expect(readBy(eavesdrop(sodium, sessionOf(copied), broken), old)).toBe(0)
  }
})

test("a step's seed and secret are in no state from the turn on that used them", () => {
  const secrets: Uint8Array[] = []
  const watch = watchPrimitives(sodium)
  const provider = seededProvider(
    {
      ...watch.primitives,
      mlKem768: {
        keyPairFromSeed: (seed) => {
          secrets.push(seed.slice())
          return sodium.mlKem768.keyPairFromSeed(seed)
        },
        encapsulate: (publicKey, seed) => {
          const made = sodium.mlKem768.encapsulate(publicKey, seed)
          secrets.push(seed.slice(), ...(made === undefined ? [] : [made.sharedSecret]))
          return made
        },
        decapsulate: sodium.mlKem768.decapsulate,
      },
    },
    'dropped',
  )
  const [alice, bob] = [createParty(provider), createParty(provider)]
  const stored = (party: Party): Uint8Array => (party.sessions === null ? new Uint8Array() : encode(sessionSetCodec, party.sessions))
  open(provider, alice, bob)
  for (const [from, to] of [
    [alice, bob],
    [bob, alice],
  ] as const)
    receive(provider, to, seal(provider, from, utf8('hello')))
  ageKem(alice)
  const before = secrets.length
  receive(provider, bob, seal(provider, alice, utf8('a key')))
  expect(keysIn(stored(alice), secrets.slice(before))).toHaveLength(1)
  receive(provider, alice, seal(provider, bob, utf8('its answer')))
  expect(secrets.length).toBeGreaterThan(before + 2)
  for (const party of [alice, bob]) expect(keysIn(stored(party), secrets)).toEqual([])
})
