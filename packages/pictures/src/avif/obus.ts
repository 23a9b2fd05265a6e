/** Open bitstream units of AV1 (AV1 bitstream specification §5.3 to §5.5), as far as they say how large a picture is. */
import { part, uint8 } from '../fields.ts'
import type { Pixels } from '../pixels.ts'
import { refuse } from '../refused.ts'

export interface Obu {
  readonly type: number
  readonly payload: Uint8Array
  readonly whole: Uint8Array
}

export const OBU = { sequenceHeader: 1, metadata: 5, tileList: 8, padding: 15 } as const

/** A number in up to eight bytes of seven bits, the low ones first (§4.10.5). */
function leb128(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let i = 0; i < 8; i++) {
    const byte = uint8(bytes, at + i)
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, end: at + i + 1 }
  }
  return refuse('damaged')
}

export function obusIn(bytes: Uint8Array): readonly Obu[] {
  const obus: Obu[] = []
  let at = 0
  while (at < bytes.length) {
    const head = uint8(bytes, at)
    if (head >= 0x80) refuse('damaged')
    const start = at + ((head & 4) === 0 ? 1 : 2)
    const size = (head & 2) === 0 ? { value: bytes.length - start, end: start } : leb128(bytes, start)
    const end = size.end + size.value
    obus.push({ type: (head >> 3) & 15, payload: part(bytes, size.end, end), whole: part(bytes, at, end) })
    at = end
  }
  return obus
}

/** What kind of metadata a unit of that type holds (§6.7.1). */
export const metadataType = ({ payload }: Obu): number => leb128(payload, 0).value

/** Reads bits from the highest of the first byte on. */
function bitReader(bytes: Uint8Array): (count: number) => number {
  let at = 0
  return (count) => {
    let value = 0
    for (let i = 0; i < count; i++, at++) value = value * 2 + ((uint8(bytes, at >> 3) >> (7 - (at & 7))) & 1)
    return value
  }
}

/** Skips a number whose length is said by zeros before it (§4.10.3). */
function skipUvlc(bits: (count: number) => number): void {
  let zeros = 0
  while (bits(1) === 0) zeros += 1
  if (zeros < 32) bits(zeros)
}

/** Skips what a sequence header that is not reduced says of times and operating points (§5.5.1). */
function skipOperatingPoints(bits: (count: number) => number): void {
  let delayBits = 0
  if (bits(1) === 1) {
    bits(64)
    if (bits(1) === 1) skipUvlc(bits)
    if (bits(1) === 1) {
      delayBits = bits(5) + 1
      bits(32 + 5 + 5)
    }
  }
  const hasDisplayDelay = bits(1) === 1
  const points = bits(5) + 1
  for (let i = 0; i < points; i++) {
    bits(12)
    if (bits(5) > 7) bits(1)
    if (delayBits > 0 && bits(1) === 1) bits(2 * delayBits + 1)
    if (hasDisplayDelay && bits(1) === 1) bits(4)
  }
}

/**
 * The largest size that a sequence header allows its frames, and the one that they have unless they say another. A still picture's
 * reduced header lets no frame say another; in others, a frame may say any that its number of bits holds.
 */
export function sizeInSequenceHeader({ payload }: Obu): { readonly said: Pixels; readonly largest: Pixels } {
  const bits = bitReader(payload)
  bits(3 + 1)
  const isReduced = bits(1) === 1
  if (isReduced) bits(5)
  else skipOperatingPoints(bits)
  const [widthBits, heightBits] = [bits(4) + 1, bits(4) + 1]
  const said = { width: bits(widthBits) + 1, height: bits(heightBits) + 1 }
  return { said, largest: isReduced ? said : { width: 2 ** widthBits, height: 2 ** heightBits } }
}
