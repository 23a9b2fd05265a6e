import { expect, test } from 'vitest'
import { TIME_LIMITS_MS, WHOLE_RUN_MS } from '../../scripts/time-limits.ts'
import { readSource } from './source-files.ts'

test('a run whose parts all use up their time ends before a host ends it', () => {
  const together = Object.values(TIME_LIMITS_MS).reduce<number>((sum, each) => sum + each, 0)
  expect(together).toBeLessThan(WHOLE_RUN_MS)
  const hosts = [...readSource('.github/workflows/test.yml').matchAll(/timeout-minutes: (\d+)/g)].map(([, minutes]) => Number(minutes) * 60_000)
  expect(hosts.length).toBeGreaterThan(0)
  for (const endMs of hosts) expect(endMs).toBeGreaterThan(WHOLE_RUN_MS)
})
