import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { expect, it } from 'vitest'
import { playLargeGroup } from './large-group.ts'

it('costs one ciphertext for each message, and O(n) letters once after a removal', async () => {
  const { costs, violations } = playLargeGroup(40, 1, await loadSodiumPrimitives(), () => {})
  expect(violations).toEqual([])
  const recordsOf = (what: string) => costs.find((each) => each.what === what)?.records
  expect(recordsOf('next message')).toBe(1)
  expect(recordsOf('next message after it')).toBe(1)
  // To all members except oneself and the removed one, and the message.
  expect(recordsOf('first message after it')).toBe(40 - 2 + 1)
})
