import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const EVERYTHING = ['packages/**/*.test.ts', 'relay-node/**/*.test.ts', 'extension/**/*.test.ts', 'test/**/*.test.ts']
const ELSEWHERE = ['**/node_modules/**', 'test/e2e/**', '.output/**', '.wxt/**']
/** A cipher of its own brings tables of its own, which others would find declared. */
const WITH_TABLES = ['packages/simulator/src/conformance/**/*.test.ts']
/** Rooms that keep no state of their own: their modules are read once for all of their files, which takes a third off. */
const PURE = [
  'packages/{wire,crypto,membership,mailbox,sync,search,blob,pictures,core,simulator}/**/*.test.ts',
  'extension/app/**/*.test.ts',
  'test/{architecture,models,vectors}/**/*.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, exclude: [...ELSEWHERE, ...WITH_TABLES], isolate: false } },
      { extends: true, test: { name: 'with processes', include: EVERYTHING, exclude: [...ELSEWHERE, ...PURE] } },
      { extends: true, test: { name: 'with tables', include: WITH_TABLES, exclude: ELSEWHERE } },
    ],
    // vitest would leave one core to itself: on two, half of them. One more than there are, as some tests wait for time to pass.
    maxWorkers: availableParallelism() + 1,
    // What a test waits for has an end of its own; these are for one that hangs. Some play hundreds of worlds, on cores that may be busy.
    testTimeout: 10 * 60_000,
    hookTimeout: 3 * 60_000,
    expect: { poll: { timeout: 60_000 } },
    // @libp2p/utils 7 reads on from a stream whose connection closed meanwhile, and throws where nobody can catch it. The
    // relay lives with it (`stream-races.ts`); a test of something else does not fail by it.
    onUnhandledError: (fault) => (fault.name === 'StreamStateError' ? false : undefined),
  },
})
