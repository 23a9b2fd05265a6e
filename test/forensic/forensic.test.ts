/** A small form of `npm run forensic`: texts that vanished in a process that was killed in that moment, and the next start. */
import { expect, it } from 'vitest'
import { playVanishing } from './play-vanishing.ts'

const TEXTS = 20

it('who has the passphrase and every byte finds all texts before, and none of them after', { timeout: 5 * 60_000 }, async () => {
  const { before, after } = await playVanishing('killAtOnce', TEXTS, 30, 10_000)
  expect(before).toMatchObject([
    { any: TEXTS, records: TEXTS, resends: TEXTS, plain: 0 },
    { any: TEXTS, records: TEXTS, resends: 0, plain: 0 },
  ])
  for (const each of before) expect(each.rows).toBeGreaterThan(0)
  for (const each of after) expect(each).toEqual({ plain: 0, records: 0, resends: 0, rows: 0, index: 0, any: 0, earlierRows: 0 })
})
