/** The fuzzer finds what it is for: a decoder that is not total, one that reads two encodings, one that swells. */
import { toHex } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { shrinkInput, type Target, TARGETS, tryInput } from './targets.ts'
import { seededRandom } from './invented-encoding.ts'

const ROUNDS = 20_000
const bytesOf = (seed: number): Uint8Array => {
  const random = seededRandom(seed)
  return Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () => Math.floor(random() * 256))
}
/** The first input that breaks it, shrunk; null: none did. */
function broken(target: Target): Uint8Array | null {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const input = target.input(seed)
    if (typeof tryInput(target, input) === 'string') return shrinkInput(target, input)
  }
  return null
}

describe('the fuzzer', () => {
  it('breaks a decoder that throws on one byte after another, and shrinks to the two', () => {
    const throwing: Target = {
      name: 'throws',
      input: bytesOf,
      feed: (input) => {
        if (input.some((byte, i) => byte === 7 && input[i + 1] === 9)) throw new RangeError('out of range')
        return 0
      },
    }
    const found = broken(throwing)
    expect(found === null ? null : toHex(found)).toBe('0709')
  })

  it('breaks a decoder that makes a large value of a small input', () => {
    expect(broken({ name: 'swells', input: bytesOf, feed: (input) => (input[0] === 3 ? 1_000_000 : 0) })).not.toBeNull()
  })

  it('has every decoder, and the membership log', () => {
    const names = TARGETS.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'operation',
        'peerFrame',
        'letter',
        'mailboxRequest',
        'sessionSetCodec',
        'invite text',
        'message of a page',
        'picture',
        'membership log',
      ]),
    )
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(TARGETS.map((target) => [target.name, target] as const))('%s makes some inputs that can be read', (_name, target) => {
    const sizes = Array.from({ length: 60 }, (_, seed) => tryInput(target, target.input(seed)))
    expect(sizes.filter((each) => typeof each === 'string')).toEqual([])
    const isSized = !['message of a page', 'membership log'].includes(target.name)
    if (isSized) expect(sizes.some((each) => typeof each === 'number' && each > 0)).toBe(true)
  })
})
