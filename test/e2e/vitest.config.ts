import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Stories in real browsers: one file after the other, each with time for slow machines and an end to it. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    include: ['test/e2e/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 90_000,
    teardownTimeout: 20_000,
  },
})
