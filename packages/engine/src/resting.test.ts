/** What an engine does while nothing happens: a laptop without a network, for weeks. */
import { LIMITS } from '@sotto/wire'
import { afterEach, expect, it } from 'vitest'
import { groupOf, say } from './testing/searching.ts'
import { getIn, memoryVault, stopAll, testTime } from './testing/started-engine.ts'

afterEach(stopAll)

const DAY_MS = 24 * 60 * 60_000

it('wakes no more often after weeks alone than on its first days, though its epochs end and what waits is given up', async () => {
  const mira = await getIn(memoryVault(), null)
  const group = await groupOf(mira, 'Desk')
  await say(mira, group, ['is anybody there?'])
  await testTime.pass(DAY_MS)
  const early = await testTime.pass(DAY_MS)
  // A closed lid, so that the test need not play every day of them.
  testTime.putBack(-(Math.max(LIMITS.epochMs, LIMITS.retentionMs) + DAY_MS))
  await testTime.pass(DAY_MS)
  // Some things are done once in several days.
  expect(await testTime.pass(DAY_MS)).toBeLessThan(early * 1.05)
  expect(mira.faults).toEqual([])
})
