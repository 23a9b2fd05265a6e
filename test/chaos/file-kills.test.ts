/** A few of the kills that `npm run chaos -- files` plays more of. */
import { expect, it } from 'vitest'
import { isWhole, killAmongFiles } from './file-kills.ts'

const MIB = 2 ** 20

it('a file comes byte for byte though its sender, its receiver and its relay are killed in the middle, and nothing of it stays once it is deleted', async () => {
  const report = await killAmongFiles(3, 5 * MIB)
  expect(report).toMatchObject({ kills: { sender: 1, receiver: 1, relay: 1 }, whole: 3, different: 0, left: 0, leftAtRelay: 0, faults: [] })
  expect(isWhole(report)).toBe(true)
})
