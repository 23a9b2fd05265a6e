import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import { encode } from './codec.ts'
import { decodeGroupEnvelope, encodeGroupEnvelope, envelopeHeader, GROUP_ENVELOPE_OVERHEAD_BYTES, groupEnvelopeAd, tagOf } from './group-envelope.ts'
import { LIMITS } from './limits.ts'
import { isLadderLength, ladderLength } from './padding.ts'

const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251)

test('an envelope is its version, masked header, commitment, ciphertext with its tag, and signature, in that order', () => {
  const parts = { maskedHeader: counting(8), commitment: counting(32), ciphertext: counting(256 - 105), signature: counting(64) }
  const bytes = encodeGroupEnvelope(parts)
  expect(bytes).toEqual(concat(Uint8Array.of(1), parts.maskedHeader, parts.commitment, parts.ciphertext, parts.signature))
  expect(decodeGroupEnvelope(bytes)).toEqual(parts)
  expect(tagOf(parts)).toEqual(parts.ciphertext.slice(-16))
})

test('its overhead is version, header, commitment, tag and signature', () => {
  const header = encode(envelopeHeader, { senderTag: counting(4), keyId: 0x0102, iteration: 0x0304 })
  expect(header).toEqual(Uint8Array.of(0, 1, 2, 3, 1, 2, 3, 4))
  expect(1 + header.length + 32 + 16 + 64).toBe(GROUP_ENVELOPE_OVERHEAD_BYTES)
  expect(groupEnvelopeAd(counting(32), header, counting(32))).toEqual(concat(Uint8Array.of(1), counting(32), header, counting(32)))
})

test('any bytes are an envelope that is written as the same bytes, or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), fc.boolean(), (bytes, onLadder) => {
      const padded = onLadder ? concat(bytes, new Uint8Array(ladderLength(bytes.length) - bytes.length)).with(0, 1) : bytes
      const parts = decodeGroupEnvelope(padded)
      if (onLadder) expect(parts).toBeDefined()
      if (parts !== undefined) expect(encodeGroupEnvelope(parts)).toEqual(padded)
      else expect(padded[0] !== 1 || !isLadderLength(padded.length)).toBe(true)
    }),
  )
})

test('another version, a length off the ladder, or one above a record is none', () => {
  for (const bytes of [new Uint8Array(0), counting(256).with(0, 2), counting(255).with(0, 1), new Uint8Array(89).fill(1)]) {
    expect(decodeGroupEnvelope(bytes)).toBeUndefined()
  }
  const tooLong = ladderLength(LIMITS.recordBytes + 1)
  expect(decodeGroupEnvelope(new Uint8Array(tooLong).fill(1))).toBeUndefined()
  expect(decodeGroupEnvelope(new Uint8Array(LIMITS.recordBytes).fill(1))).toBeDefined()
})
