/** A few of the kills that `npm run chaos -- chunks` plays many of. */
import { expect, it } from 'vitest'
import { isKept, killChunkWriters } from './chunk-kills.ts'

it('chunks that were acknowledged are there after kills in the middle of writing, and their room is free once they are removed', async () => {
  const report = await killChunkWriters(4)
  expect(report).toMatchObject({ lost: 0, back: 0, left: 0 })
  expect(isKept(report)).toBe(true)
})
