import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { mutatedSource } from './mutated-source.ts'

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  plugins: [mutatedSource(process.env['SOTTO_MUTANT'])],
  test: {
    include: ['packages/**/*.test.ts', 'relay-node/**/*.test.ts', 'extension/**/*.test.ts', 'test/models/**/*.test.ts', 'test/interop/relay-attacks.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    bail: 1,
    // The cache of compiled modules does not know mutants.
    fsModuleCache: false,
    // One run for each mutant: the compiled modules serve all of them, except for the one file.
    fileParallelism: false,
  },
})
