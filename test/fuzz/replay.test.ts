/** Decoders are total, and a signed value has one encoding (PROTOCOL §11): for every codec and any input. */
import * as fc from 'fast-check'
import { toHex } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { type AnyCodec, CODECS, decodeWith, encodeWith } from './codecs.ts'
import { readCorpus } from './corpus.ts'
import { damaged, inventEncoding, seededRandom } from './invented-encoding.ts'

/** Decodes. If that returns a value, asserts that it has these bytes and no others. */
function replay(codec: AnyCodec, bytes: Uint8Array): unknown {
  const before = toHex(bytes)
  const value = decodeWith(codec, bytes)
  if (toHex(bytes) !== before) throw new Error('the decoder changed its input')
  if (value !== undefined && toHex(encodeWith(codec, value)) !== before) {
    throw new Error(`a second encoding was read: ${before}`)
  }
  return value
}

const corpus = readCorpus()

test('the list has the codecs of wire', () => {
  const names = CODECS.map(([name]) => name)
  expect(names).toEqual(expect.arrayContaining(['operation', 'deviceList', 'preKeyPublication', 'inboxAddress', 'peerFrame', 'letter']))
  expect(new Set(names).size).toBe(names.length)
  expect(corpus.length).toBeGreaterThan(100)
})

describe.for(CODECS)('%s', ([, codec]) => {
  test('refuses an input of the corpus or reads it to a value with the same bytes', () => {
    for (const { file, line, bytes } of corpus) {
      expect(() => replay(codec, bytes), `${file}:${line}`).not.toThrow()
    }
  })

  test('reads what it would write, shares no byte with the input, and leaves none over', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const bytes = inventEncoding(codec, seed)
        const value = replay(codec, bytes)
        expect(value).toBeDefined()
        expect(decodeWith(codec, new Uint8Array([...bytes, 0]))).toBeUndefined()
        if (bytes.length > 0) expect(decodeWith(codec, bytes.slice(0, -1))).toBeUndefined()
        const written = encodeWith(codec, value)
        bytes.fill(0xa5)
        expect(toHex(encodeWith(codec, value))).toBe(toHex(written))
      }),
      { numRuns: 20 },
    )
  })

  test('withstands damaged encodings', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed)
        let bytes = inventEncoding(codec, seed % 16)
        for (let i = 0; i < 6; i++) {
          bytes = damaged(bytes, random)
          replay(codec, bytes)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('withstands random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        replay(codec, bytes)
      }),
      { numRuns: 200 },
    )
  })
})
