import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'relay-node/**/*.test.ts', 'extension/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/**', '.output/**', '.wxt/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
