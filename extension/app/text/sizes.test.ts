import { expect, test } from 'vitest'
import { shownSize } from './sizes.ts'

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [65_536, '66 kB'],
  [4_250_000, '4.3 MB'],
  [48_300_000, '48 MB'],
  [1_500_000_000, '1.5 GB'],
  [7e15, '7,000 TB'],
])('%d bytes are %s', (bytes, shown) => {
  expect(shownSize('en-GB', bytes)).toBe(shown)
})

test('in another language they have its form', () => {
  expect(shownSize('de-DE', 4_250_000)).toMatch(/^4,3\sMB$/u)
})
