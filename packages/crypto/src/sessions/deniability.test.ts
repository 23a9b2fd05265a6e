/**
 * What was said can be denied (PROTOCOL §2): each side alone can make a transcript that the other's letters cannot be
 * told from, so that no transcript proves anything to a third. No signature covers any content.
 */
import { LIMITS, toHex, utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { seededProvider } from '../test-support/seeded-provider.ts'
import type { SessionSet } from './session-set.ts'
import { startSession } from './start-session.ts'
import { forgeInitiator, forgeResponder } from './testing/forge.ts'
import { accepted, createParty, NOW_MS, type Party, receive, seal, takeBundle } from './testing/two-devices.ts'

const sodium = await loadSodiumPrimitives()
const FORGED = utf8('I never wrote this')

/** Letters in turns, Alice's first, with two ML-KEM steps among them: each side begins one and answers the other's. */
const LETTERS = 2 * LIMITS.kemStepMessages + 6

/** Alice, Bob, and a bundle of Bob's that Alice took. The same each time. */
function meeting() {
  const provider = seededProvider(sodium, 'meeting')
  const [alice, bob] = [createParty(provider), createParty(provider)]
  return { alice, bob, bundle: takeBundle(bob) }
}

/** A party with sessions made for it and without keys of its own. */
const puppet = (sessions: SessionSet): Party => ({ ...createParty(seededProvider(sodium, 'puppet')), sessions })

function firstSession({ sessions }: Party) {
  const session = sessions?.sessions[0]
  if (session === undefined) throw new Error('no session')
  return session
}

/** Talks in turns, from the letter with this number on. Every letter opens at the other end. The records. */
function talk(provider: CryptoProvider, alice: Party, bob: Party, from = 0): readonly string[] {
  const records: string[] = []
  const steps = new Set<string>()
  for (let letter = from; letter < LETTERS; letter++) {
    const [writer, reader] = letter % 2 === 0 ? [alice, bob] : [bob, alice]
    const record = seal(provider, writer, utf8(`letter ${letter}`))
    expect(receive(provider, reader, record)).toEqual(utf8(`letter ${letter}`))
    records.push(toHex(record))
    const { kind } = firstSession(writer).ratchet.kemPart
    if (kind !== 'none') steps.add(`${writer === alice ? 'Alice' : 'Bob'}: ${kind}`)
  }
  expect(steps).toEqual(new Set(['Alice: key', 'Bob: ciphertext', 'Bob: key', 'Alice: ciphertext']))
  return records
}

/** What the two really say, with these random bytes. */
function trueTranscript(seed: string): readonly string[] {
  const provider = seededProvider(sodium, seed)
  const { alice, bob, bundle } = meeting()
  alice.sessions = startSession(provider, alice.own, accepted(provider, bundle), null, NOW_MS)
  return talk(provider, alice, bob)
}

test('a responder forges a first letter of an initiator from its public certificate alone', () => {
  const provider = seededProvider(sodium, 'forging responder')
  const { alice, bob, bundle } = meeting()
  const forger = puppet(forgeInitiator(provider, bob, bundle, alice.own.certificate))
  expect(receive(provider, bob, seal(provider, forger, FORGED))).toEqual(FORGED)
  expect(bob.sessions?.sessions).toHaveLength(1)
})

test('an initiator forges an answer of the responder from its own state alone', () => {
  const provider = seededProvider(sodium, 'forging initiator')
  const { alice, bundle } = meeting()
  alice.sessions = startSession(provider, alice.own, accepted(provider, bundle), null, NOW_MS)
  seal(provider, alice, utf8('the only true letter'))
  const forger = puppet(forgeResponder(provider, firstSession(alice)))
  expect(receive(provider, alice, seal(provider, forger, FORGED))).toEqual(FORGED)
})

test('with the same random bytes a responder forges the very transcript that the two would have written, ML-KEM steps and all', () => {
  const provider = seededProvider(sodium, 'same bytes')
  const { alice, bob, bundle } = meeting()
  const forger = puppet(forgeInitiator(provider, bob, bundle, alice.own.certificate))
  expect(talk(provider, forger, bob)).toEqual(trueTranscript('same bytes'))
})

test('with the same random bytes an initiator forges the very transcript that the two would have written, ML-KEM steps and all', () => {
  const provider = seededProvider(sodium, 'same bytes')
  const { alice, bundle } = meeting()
  alice.sessions = startSession(provider, alice.own, accepted(provider, bundle), null, NOW_MS)
  const first = toHex(seal(provider, alice, utf8('letter 0')))
  const forger = puppet(forgeResponder(provider, firstSession(alice)))
  expect([first, ...talk(provider, alice, forger, 1)]).toEqual(trueTranscript('same bytes'))
})

test('other random bytes make another transcript of the same lengths: they are all that tells two transcripts apart', () => {
  const [one, other] = [trueTranscript('same bytes'), trueTranscript('other bytes')]
  expect(one.filter((record) => other.includes(record))).toEqual([])
  expect(other.map((record) => record.length)).toEqual(one.map((record) => record.length))
})
