import { type GroupId, isLadderLength, LIMITS, type OperationId, toHex, utf8 } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { createNoblePrimitives, loadSodiumPrimitives } from '../primitives/index.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { deriveEpochKeys } from './epoch-keys.ts'
import { epochProof } from './epoch-proof.ts'
import { commitToSecret, epochSecret } from './epoch-secret.ts'
import { openOperationRecord, openSignal, sealOperationRecord, sealSignal } from './sealed-record.ts'

const sodium = await loadSodiumPrimitives()
const noble = createNoblePrimitives()
const provider = seededProvider(sodium, 'epoch')
const id = <T extends Uint8Array>(byte: number): T => new Uint8Array(32).fill(byte) as T
const GROUP = id<GroupId>(1)
const rekeying = (operation: number, secret: number) => ({ operation: id<OperationId>(operation), secret: id<Uint8Array>(secret) })

describe('the secret of an epoch', () => {
  test('is the same in whatever order its operations come, and with both providers', () => {
    const [a, b, c] = [rekeying(2, 7), rekeying(3, 8), rekeying(4, 6)]
    const secret = epochSecret(sodium, GROUP, [a, b, c])
    expect(epochSecret(sodium, GROUP, [c, a, b])).toEqual(secret)
    expect(epochSecret(noble, GROUP, [b, c, a])).toEqual(secret)
  })

  test('is another for another group, operation, secret or number of them', () => {
    const secrets = [
      epochSecret(sodium, GROUP, [rekeying(2, 7)]),
      epochSecret(sodium, id<GroupId>(9), [rekeying(2, 7)]),
      epochSecret(sodium, GROUP, [rekeying(3, 7)]),
      epochSecret(sodium, GROUP, [rekeying(2, 8)]),
      epochSecret(sodium, GROUP, [rekeying(2, 7), rekeying(3, 7)]),
      epochSecret(sodium, GROUP, [rekeying(2, 7), rekeying(3, 8)]),
      epochSecret(sodium, GROUP, [rekeying(2, 8), rekeying(3, 7)]),
    ]
    expect(new Set(secrets.map(toHex)).size).toBe(secrets.length)
  })

  test('needs a rekeying operation', () => {
    expect(() => epochSecret(sodium, GROUP, [])).toThrow(RangeError)
  })

  test('is committed to without being shown', () => {
    const secret = provider.random(32)
    const commitment = commitToSecret(sodium, secret)
    expect(commitment).toEqual(commitToSecret(noble, secret))
    expect(commitment).not.toEqual(secret)
    expect(commitment).not.toEqual(commitToSecret(sodium, flipped(secret, 31)))
  })
})

describe('what follows from it', () => {
  const keys = deriveEpochKeys(sodium, id(1))
  const all = (of: ReturnType<typeof deriveEpochKeys>, relay: string): string[] =>
    [of.epochId, of.topic, of.headerKey, of.tagKey, of.signalsKey, of.operationsKey, of.syncKey, of.mailbox(relay).readSeed, of.mailbox(relay).appendSeed].map(
      toHex,
    )

  test('is nine different values for each relay, and shares none with another epoch', () => {
    const both = [...all(keys, 'relay a'), ...all(deriveEpochKeys(sodium, id(2)), 'relay a')]
    expect(new Set(both).size).toBe(18)
    expect(all(deriveEpochKeys(noble, id(1)), 'relay a')).toEqual(all(keys, 'relay a'))
  })

  test('is another mailbox at another relay', () => {
    expect(keys.mailbox('relay a').readSeed).not.toEqual(keys.mailbox('relay b').readSeed)
    expect(keys.mailbox('relay a').appendSeed).not.toEqual(keys.mailbox('relay b').appendSeed)
  })

  test('reveals the secret nowhere', () => {
    expect(all(keys, 'relay a')).not.toContain(toHex(id(1)))
  })
})

describe('a sealed record', () => {
  const { operationsKey, signalsKey } = deriveEpochKeys(sodium, id(1))

  test('opens under its key and as what it is, and its length is on the ladder', () => {
    for (const length of [0, 1, 200, 1_000, LIMITS.operationBytes]) {
      const plaintext = provider.random(length)
      const record = sealOperationRecord(provider, operationsKey, plaintext)
      expect(record[0]).toBe(2)
      expect(isLadderLength(record.length)).toBe(true)
      expect(openOperationRecord(sodium, operationsKey, record)).toEqual(plaintext)
      const signal = sealSignal(provider, signalsKey, plaintext)
      expect(signal[0]).toBe(3)
      expect(openSignal(noble, signalsKey, signal)).toEqual(plaintext)
    }
  })

  test('does not open under another key, as the other kind, changed anywhere, cut or lengthened', () => {
    const record = sealOperationRecord(provider, operationsKey, utf8('an operation'))
    expect(openOperationRecord(sodium, signalsKey, record)).toBeUndefined()
    expect(openSignal(sodium, operationsKey, record)).toBeUndefined()
    expect(openSignal(sodium, operationsKey, record.with(0, 3))).toBeUndefined()
    for (let at = 0; at < record.length; at++) expect(openOperationRecord(sodium, operationsKey, flipped(record, at))).toBeUndefined()
    for (const bytes of [new Uint8Array(), record.slice(0, 1), record.slice(0, 40), record.slice(0, -1), Uint8Array.of(...record, 0)]) {
      expect(openOperationRecord(sodium, operationsKey, bytes)).toBeUndefined()
    }
  })

  test('never uses a nonce twice', () => {
    const records = Array.from({ length: 50 }, () => sealSignal(provider, signalsKey, utf8('typing')))
    expect(new Set(records.map((record) => toHex(record.slice(1, 25)))).size).toBe(50)
  })
})

describe('an epoch proof', () => {
  const { syncKey } = deriveEpochKeys(sodium, id(1))
  const between = { initiator: 'peer one', responder: 'peer two', initiatorNonce: id<Uint8Array>(3), responderNonce: id<Uint8Array>(4) }

  test('is the same on both ends and with both providers', () => {
    expect(epochProof(sodium, syncKey, 'initiator', between)).toEqual(epochProof(noble, syncKey, 'initiator', between))
  })

  test('is another for each side, peer, nonce and epoch: none can be sent back or carried on', () => {
    const proofs = [
      epochProof(sodium, syncKey, 'initiator', between),
      epochProof(sodium, syncKey, 'responder', between),
      epochProof(sodium, id(9), 'initiator', between),
      epochProof(sodium, syncKey, 'initiator', { ...between, initiator: 'peer three' }),
      epochProof(sodium, syncKey, 'initiator', { ...between, responder: 'peer three' }),
      epochProof(sodium, syncKey, 'initiator', { ...between, initiator: 'peer two', responder: 'peer one' }),
      epochProof(sodium, syncKey, 'initiator', { ...between, initiatorNonce: id(5) }),
      epochProof(sodium, syncKey, 'initiator', { ...between, responderNonce: id(5) }),
      epochProof(sodium, syncKey, 'initiator', { ...between, initiator: 'peer onep', responder: 'eer two' }),
    ]
    expect(new Set(proofs.map(toHex)).size).toBe(proofs.length)
  })
})
