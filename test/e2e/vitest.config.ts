import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/**
 * Stories that measure: each has the machine to itself. The others compete only for processor time.
 */
const ALONE = [
  // How soon a dead connection is noticed, in seconds.
  'test/e2e/transport.test.ts',
]
/** Concurrent files. A story has two to four browsers, mostly idle. More stories than these need more memory than usual machines have. */
const MOST_AT_ONCE = 4
const ALL = 'test/e2e/**/*.test.ts'

/**
 * Stories in real browsers, each with a relay, ports and profile folders of its own: about as many at once as there are cores,
 * then those that need the machine to themselves.
 */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    pool: 'forks',
    globalSetup: join(import.meta.dirname, 'support', 'before-all.ts'),
    // Every wait of a story has a limit of its own (`wait-until.ts`). These limits are for a browser that hangs.
    testTimeout: 15 * 60_000,
    hookTimeout: 5 * 60_000,
    teardownTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: [ALL],
          exclude: ALONE,
          // Two more than there are cores: stories also wait, some for time to pass.
          maxWorkers: Math.min(MOST_AT_ONCE, availableParallelism() + 2),
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
