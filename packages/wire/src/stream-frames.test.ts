import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import { createFrameSplitter, toStreamFrame } from './stream-frames.ts'

test('frames come back whole, in order, however the stream was cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
      (frames, cuts) => {
        const stream = concat(...frames.map((frame) => toStreamFrame(frame)))
        const splitter = createFrameSplitter()
        const received: Uint8Array[] = []
        for (let offset = 0, i = 0; offset < stream.length; i++) {
          const end = offset + (cuts[i % cuts.length] ?? 1)
          received.push(...(splitter.push(stream.subarray(offset, end)) ?? []))
          offset = end
        }
        expect(received).toEqual(frames.map((frame) => Uint8Array.from(frame)))
      },
    ),
  )
})

test('a frame of the largest size fits, one byte more is refused on either side', () => {
  const largest = new Uint8Array(1000).fill(7)
  expect(createFrameSplitter(1000).push(toStreamFrame(largest))).toEqual([largest])
  expect(createFrameSplitter(999).push(toStreamFrame(largest))).toBeUndefined()
  expect(() => toStreamFrame(largest, 999)).toThrow(RangeError)
})

test('lengths of zero, not in the shortest form or without an end break the stream', () => {
  for (const prefix of [[0], [0x81, 0], [0x80, 0x80, 0x80, 0x80], [0xff, 0xff, 0xff]]) {
    expect(createFrameSplitter().push(Uint8Array.from(prefix))).toBeUndefined()
  }
})
