import * as fc from 'fast-check'
import {
  type AccountId,
  concat,
  decode,
  type DeviceId,
  encode,
  type EpochId,
  type GroupId,
  isLadderLength,
  LIMITS,
  type OperationId,
  pad,
  senderKeyDistribution,
  toHex,
  utf8,
} from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { deriveEpochKeys } from '../epoch/epoch-keys.ts'
import { createNoblePrimitives, loadSodiumPrimitives, type Primitives } from '../primitives/index.ts'
import { flipped, keysIn, seededProvider, watchPrimitives } from '../test-support/seeded-provider.ts'
import { unmaskEnvelope } from './header-mask.ts'
import { type Opened, openAuthentic, type OpenRejection, verifyEnvelope, type EnvelopeRejection } from './open-envelope.ts'
import { createOwnSenderKey, distributionOf, ownContext, type OwnSenderKey, ownSenderKeyCodec, sealMessage } from './own-sender-key.ts'
import { contextOf, extendBack, takeDistribution, type TheirSenderKey, theirSenderKeyCodec } from './their-sender-key.ts'

const sodium = await loadSodiumPrimitives()
const noble = createNoblePrimitives()

const NOW = 1_800_000_000_000
const DAY_MS = 86_400_000
const id = <T extends Uint8Array>(byte: number): T => new Uint8Array(32).fill(byte) as T
const GROUP = id<GroupId>(1)
const EPOCH = id<EpochId>(2)
const ALICE = { account: id<AccountId>(3), device: id<DeviceId>(4) }
const MALLORY = { account: id<AccountId>(5), device: id<DeviceId>(6) }
const place = { group: GROUP, epoch: EPOCH, ...ALICE }
const epochKeys = deriveEpochKeys(sodium, id(7))
const otherEpochKeys = deriveEpochKeys(sodium, id(8))

const aliceKey = (seed: number | string, primitives: Primitives = sodium, keyId = 0): OwnSenderKey =>
  createOwnSenderKey(seededProvider(primitives, seed), { ...place, keyId, frontier: [id<OperationId>(9), id<OperationId>(8)] })

function taken(key: OwnSenderKey, at = place, primitives: Primitives = sodium): TheirSenderKey {
  const their = takeDistribution(primitives, at, distributionOf(key))
  if ('code' in their) throw new Error(their.code)
  return their
}

/** Seals `count` messages that say their number. */
function sealMany(key: OwnSenderKey, count: number, primitives: Primitives = sodium): { key: OwnSenderKey; envelopes: Uint8Array[] } {
  const envelopes: Uint8Array[] = []
  let current = key
  for (let i = 0; i < count; i++) {
    const sealed = sealMessage(primitives, epochKeys, current, utf8(`message ${i}`))
    current = sealed.key
    envelopes.push(sealed.envelope)
  }
  return { key: current, envelopes }
}

type Outcome = Opened | EnvelopeRejection | OpenRejection | { readonly code: 'notAnEnvelope' }

/** Every check in its order. */
function receive(key: TheirSenderKey, envelope: Uint8Array, nowMs = NOW, primitives: Primitives = sodium, keys = epochKeys): Outcome {
  const unmasked = unmaskEnvelope(primitives, keys.headerKey, envelope)
  if (unmasked === undefined) return { code: 'notAnEnvelope' }
  const authentic = verifyEnvelope(primitives, key, unmasked)
  return 'code' in authentic ? authentic : openAuthentic(primitives, key, authentic, nowMs)
}

const textOf = (outcome: Outcome): string => ('code' in outcome ? `rejected: ${outcome.code}` : new TextDecoder().decode(outcome.plaintext))

/** Receives and keeps the new key. Throws on a rejection. */
function mustOpen(key: TheirSenderKey, envelope: Uint8Array, nowMs = NOW): TheirSenderKey {
  const outcome = receive(key, envelope, nowMs)
  if ('code' in outcome) throw new Error(outcome.code)
  return outcome.key
}

const stored = <T>(codec: Parameters<typeof encode<T>>[0], value: T): T => {
  const read = decode(codec, encode(codec, value))
  if (read === undefined) throw new Error('a state does not survive storage')
  return read
}

describe('what is sealed', () => {
  test('opens with the distribution, in the order in which it was sent', () => {
    const start = aliceKey('in order')
    const { envelopes } = sealMany(start, 5)
    let their = taken(start)
    for (const [i, envelope] of envelopes.entries()) {
      const outcome = receive(their, envelope)
      expect(textOf(outcome)).toBe(`message ${i}`)
      if (!('code' in outcome)) their = outcome.key
    }
  })

  test('has 121 bytes over the padded plaintext and a length on the ladder', () => {
    for (const length of [0, 1, 64, 166, 167, 1_000, LIMITS.textBytes]) {
      const { envelope } = sealMessage(sodium, epochKeys, aliceKey('length'), new Uint8Array(length))
      expect(envelope.length - pad(new Uint8Array(length), 121).length).toBe(121)
      expect(isLadderLength(envelope.length)).toBe(true)
    }
  })

  test('opens with either provider, whichever sealed it', () => {
    for (const [sealer, opener] of [
      [sodium, noble],
      [noble, sodium],
    ] as const) {
      const start = aliceKey('providers', sealer)
      const { envelopes } = sealMany(start, 2, sealer)
      const outcome = receive(taken(start, place, opener), envelopes[1] ?? new Uint8Array(), NOW, opener)
      expect(textOf(outcome)).toBe('message 1')
    }
  })

  test('never seals with one key and nonce, or under one iteration, twice', () => {
    const watch = watchPrimitives(sodium)
    const iterations = new Set<string>()
    for (let keyId = 0; keyId < 3; keyId++) {
      let key = createOwnSenderKey(seededProvider(watch.primitives, `nonces ${keyId}`), { ...place, keyId, frontier: [] })
      for (let i = 0; i < 100; i++) {
        const sealed = sealMessage(watch.primitives, epochKeys, key, utf8('the same text'))
        key = stored(ownSenderKeyCodec, sealed.key)
        iterations.add(`${keyId} ${sealed.iteration}`)
      }
    }
    expect(iterations.size).toBe(300)
    expect(watch.sealedWith).toHaveLength(300)
    expect(new Set(watch.sealedWith).size).toBe(300)
  })

  test('carries the heads of the log in ascending order, whatever their order was', () => {
    expect(ownContext(aliceKey('frontier')).frontier.map(toHex)).toEqual([toHex(id(8)), toHex(id(9))])
  })
})

describe('what is received', () => {
  test('is the same set in any order, with loss and duplication, through storage at each step', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 25 }), fc.array(fc.nat({ max: 24 }), { maxLength: 60 }), (seed, count, arrivals) => {
        const start = aliceKey(seed)
        const { envelopes } = sealMany(start, count)
        let their = taken(start)
        const opened = new Set<number>()
        for (const arrival of arrivals) {
          const number = arrival % count
          const before = toHex(encode(theirSenderKeyCodec, their))
          const outcome = receive(their, envelopes[number] ?? new Uint8Array())
          expect(toHex(encode(theirSenderKeyCodec, their))).toBe(before)
          if (opened.has(number)) {
            expect(outcome).toEqual({ code: 'alreadyOpened', iteration: number })
          } else {
            expect(textOf(outcome)).toBe(`message ${number}`)
            opened.add(number)
            if (!('code' in outcome)) their = stored(theirSenderKeyCodec, outcome.key)
          }
        }
        expect(opened).toEqual(new Set(arrivals.map((arrival) => arrival % count)))
      }),
      { numRuns: 40 },
    )
  })

  test('leaves no used key behind, on either side, and none that later steps lead back to', () => {
    const watch = watchPrimitives(sodium)
    const start = aliceKey('forward secrecy', watch.primitives)
    const { key: after, envelopes } = sealMany(start, 20, watch.primitives)
    let their = taken(start)
    const order = [3, 0, 1, 2, 7, 6, 5, 4, 9, 8, 10, 11]
    for (const number of order) {
      const outcome = receive(their, envelopes[number] ?? new Uint8Array(), NOW, watch.primitives)
      if ('code' in outcome) throw new Error(outcome.code)
      their = outcome.key
    }
    // The epoch's keys stay, and the receiver's chain at 12 is what the sender used for 12 and after.
    const lasting = new Set([epochKeys.headerKey, epochKeys.tagKey, their.chainKey].map(toHex))
    const used = watch.usedKeys.filter((each) => !lasting.has(toHex(each)))
    expect(used.length).toBeGreaterThan(60)
    // As a control, the search finds what is there.
    expect(keysIn(encode(ownSenderKeyCodec, start), used)).not.toEqual([])
    expect(keysIn(encode(ownSenderKeyCodec, after), used)).toEqual([])
    expect(keysIn(encode(theirSenderKeyCodec, their), used)).toEqual([])

    const reachable: Uint8Array[] = []
    for (let chain = after.chainKey, step = 0; step < 200; step++) {
      reachable.push(chain, sodium.hmacSha256(chain, Uint8Array.of(1)))
      chain = sodium.hmacSha256(chain, Uint8Array.of(2))
    }
    expect(keysIn(concat(...reachable), used)).toEqual([])
  })

  test('opens nothing that was sent before the key was handed over', () => {
    const first = sealMany(aliceKey('new member'), 3)
    const newMember = taken(first.key)
    expect(receive(newMember, first.envelopes[2] ?? new Uint8Array())).toEqual({ code: 'beforeDistribution', iteration: 2, fromIteration: 3 })
    const later = sealMessage(sodium, epochKeys, first.key, utf8('welcome'))
    expect(textOf(receive(newMember, later.envelope))).toBe('welcome')
  })

  test('may reach ahead as far as the limit and no farther', () => {
    const start = aliceKey('far')
    const { envelopes } = sealMany(start, LIMITS.skippedPerSenderKey + 2)
    const their = taken(start)
    const tooFar = receive(their, envelopes[LIMITS.skippedPerSenderKey + 1] ?? new Uint8Array())
    expect(tooFar).toEqual({ code: 'tooFarAhead', gap: LIMITS.skippedPerSenderKey + 1, limit: LIMITS.skippedPerSenderKey })
    const reached = mustOpen(their, envelopes[LIMITS.skippedPerSenderKey] ?? new Uint8Array())
    expect(reached.skipped).toHaveLength(LIMITS.skippedPerSenderKey)
  })

  test('keeps as many skipped keys as the limit, the oldest go first, and says so of them', () => {
    const start = aliceKey('many skipped')
    const { envelopes } = sealMany(start, LIMITS.skippedPerSenderKey + 11)
    let their = mustOpen(taken(start), envelopes[LIMITS.skippedPerSenderKey] ?? new Uint8Array())
    their = mustOpen(their, envelopes[LIMITS.skippedPerSenderKey + 10] ?? new Uint8Array())
    expect(their.skipped).toHaveLength(LIMITS.skippedPerSenderKey)
    expect(receive(their, envelopes[8] ?? new Uint8Array())).toEqual({ code: 'keyDestroyed', iteration: 8 })
    expect(textOf(receive(their, envelopes[9] ?? new Uint8Array()))).toBe('message 9')
    expect(stored(theirSenderKeyCodec, their).destroyed).toEqual([{ from: 0, to: 8 }])
  })

  test('is not opened with a skipped key older than 30 days', () => {
    const start = aliceKey('old')
    const { envelopes } = sealMany(start, 3)
    const their = mustOpen(taken(start), envelopes[2] ?? new Uint8Array())
    expect(textOf(receive(their, envelopes[0] ?? new Uint8Array(), NOW + 30 * DAY_MS - 1))).toBe('message 0')
    expect(receive(their, envelopes[0] ?? new Uint8Array(), NOW + 30 * DAY_MS)).toEqual({ code: 'keyDestroyed', iteration: 0 })
  })
})

describe('what must fail', () => {
  const start = aliceKey('must fail')
  const [envelope = new Uint8Array()] = sealMany(start, 1).envelopes
  const their = taken(start)

  test('an envelope with any byte changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: envelope.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        expect(receive(their, flipped(envelope, at, bit))).toHaveProperty('code')
      }),
      { numRuns: 60 },
    )
    // The header's eight bytes and both ends of ciphertext, tag and signature, each.
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, envelope.length - 65, envelope.length - 64, envelope.length - 1]) {
      expect(receive(their, flipped(envelope, at))).toHaveProperty('code')
    }
  })

  test('an envelope cut, lengthened, or of another version', () => {
    for (const bytes of [new Uint8Array(), envelope.slice(0, 88), envelope.slice(1), concat(envelope, Uint8Array.of(0)), envelope.with(0, 2)]) {
      expect(receive(their, bytes)).toEqual({ code: 'notAnEnvelope' })
    }
  })

  test('a replay, also after storage', () => {
    const after = stored(theirSenderKeyCodec, mustOpen(their, envelope))
    expect(receive(after, envelope)).toEqual({ code: 'alreadyOpened', iteration: 0 })
  })

  test('a distribution for another group or epoch', () => {
    const bytes = distributionOf(start)
    expect(takeDistribution(sodium, { ...place, group: id<GroupId>(99) }, bytes)).toEqual({ code: 'wrongGroup' })
    expect(takeDistribution(sodium, { ...place, epoch: id<EpochId>(99) }, bytes)).toEqual({ code: 'wrongEpoch' })
  })

  test('an envelope carried into another group or epoch, under the same signing key', () => {
    for (const change of [{ group: id<GroupId>(99) }, { epoch: id<EpochId>(99) }]) {
      const elsewhere: OwnSenderKey = { ...start, context: { ...start.context, ...change } }
      const theirsThere = taken(elsewhere, { ...place, ...change })
      expect(receive(theirsThere, envelope)).toEqual({ code: 'badSignature' })
    }
  })

  test('an envelope under the header key of another epoch', () => {
    expect(receive(their, envelope, NOW, sodium, otherEpochKeys)).toHaveProperty('code')
  })

  test("another member's key passed off as one's own", () => {
    const asMallorys = taken(start, { ...place, ...MALLORY })
    expect(contextOf(asMallorys).device).toEqual(MALLORY.device)
    expect(receive(asMallorys, envelope)).toEqual({ code: 'badSignature' })
  })

  test('an envelope whose signer knows the chain key but not the signing key', () => {
    const forger: OwnSenderKey = { ...start, signingSeed: id(66) }
    const forged = sealMessage(sodium, epochKeys, forger, utf8('forged'))
    expect(receive(their, forged.envelope)).toEqual({ code: 'badSignature' })
  })

  test('an envelope that its owner signed around another chain; the key is unchanged and still opens the true one', () => {
    const broken = sealMessage(sodium, epochKeys, { ...start, chainKey: id(67) }, utf8('broken'))
    expect(receive(their, broken.envelope)).toEqual({ code: 'damaged' })
    expect(textOf(receive(their, envelope))).toBe('message 0')
  })

  test('an envelope of another key id looked up under this one', () => {
    const next = sealMany(aliceKey('must fail', sodium, 1), 1).envelopes[0] ?? new Uint8Array()
    expect(receive(their, next)).toEqual({ code: 'otherKeyId', keyId: 1, expected: 0 })
  })

  test('a distribution whose chain key is not the committed one, of another suite, or damaged', () => {
    const distribution = decode(senderKeyDistribution, distributionOf(start))
    if (distribution === undefined) throw new Error('no distribution')
    const with_ = (change: Partial<typeof distribution>) => takeDistribution(sodium, place, encode(senderKeyDistribution, { ...distribution, ...change }))
    expect(with_({ chainKey: id(68) })).toEqual({ code: 'wrongCommitment' })
    expect(with_({ suite: 9 })).toEqual({ code: 'unsupportedSuite', suite: 9, supported: 1 })
    expect(takeDistribution(sodium, place, distributionOf(start).slice(1))).toEqual({ code: 'damaged' })
  })

  test('opening with one key what was verified under another is a fault', () => {
    const unmasked = unmaskEnvelope(sodium, epochKeys.headerKey, envelope)
    if (unmasked === undefined) throw new Error('no envelope')
    const authentic = verifyEnvelope(sodium, their, unmasked)
    if ('code' in authentic) throw new Error(authentic.code)
    expect(() => openAuthentic(sodium, taken(aliceKey('another')), authentic, NOW)).toThrow(TypeError)
  })

  test('a key at its last iteration is not sealed with', () => {
    expect(() => sealMessage(sodium, epochKeys, { ...start, iteration: 2 ** 16 - 1 }, utf8(''))).toThrow(RangeError)
  })
})

describe('distributions that overtake each other', () => {
  const start = aliceKey('overtaking')
  const { key: later, envelopes } = sealMany(start, 12)
  const sixth = sealMany(start, 6).key

  test('the later place first, then the earlier one: everything opens, and what was opened stays opened', () => {
    const known = mustOpen(taken(sixth), envelopes[8] ?? new Uint8Array())
    expect(receive(known, envelopes[2] ?? new Uint8Array())).toMatchObject({ code: 'beforeDistribution' })
    let both = stored(theirSenderKeyCodec, extendBack(sodium, known, taken(start), [{ from: 4, to: 4 }], NOW))
    expect(receive(both, envelopes[8] ?? new Uint8Array())).toEqual({ code: 'alreadyOpened', iteration: 8 })
    // Its content came another way: no key of it is kept.
    expect(receive(both, envelopes[4] ?? new Uint8Array())).toEqual({ code: 'alreadyOpened', iteration: 4 })
    for (const i of [0, 1, 2, 3, 5, 6, 7, 9, 10, 11]) both = mustOpen(both, envelopes[i] ?? new Uint8Array())
    expect(both.skipped).toEqual([])
  })

  test('an earlier place changes nothing for a receiver that has one before it', () => {
    const known = taken(start)
    expect(extendBack(sodium, known, taken(later), [], NOW)).toBe(known)
    expect(extendBack(sodium, known, taken(start), [], NOW)).toBe(known)
  })

  test('another chain under the same terms, or another key of the same key id, changes nothing', () => {
    const known = taken(sixth)
    expect(extendBack(sodium, known, { ...taken(start), chainKey: id(70) }, [], NOW)).toBe(known)
    expect(extendBack(sodium, known, taken(aliceKey('a second key')), [], NOW)).toBe(known)
  })
})
