import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { readSource, sourceFiles } from './source-files.ts'

/** A longer file contains a second concept. */
const MOST_LINES = 300

/** Longer files. The list may only get shorter: a file that is short enough is removed from it, and none is added. */
const LONGER: readonly string[] = [
  'packages/core/src/machine/hostile-member.test.ts',
  'packages/crypto/src/sender-key/sender-key.test.ts',
  'packages/engine/src/conformance/storage-conformance.ts',
  'packages/mailbox/src/conformance/mailbox-store-cases.ts',
  'packages/mailbox/src/mailbox.stories.test.ts',
  'packages/membership/src/story/stories.test.ts',
  'packages/simulator/src/simulate.ts',
  'packages/simulator/src/simulated-network.ts',
  'packages/simulator/src/story/story.ts',
  'packages/transport/src/peers.ts',
  'packages/wire/src/codec.ts',
  'scripts/screenshots.ts',
  'test/e2e/storage-page.ts',
]

/** Lists of one kind of thing, which are as long as there are things. */
const LISTS: readonly string[] = [
  'extension/app/strings/de.ts',
  'extension/app/strings/en.ts',
  'packages/simulator/src/shares/table-shares.ts',
  'packages/wire/src/confusables.ts',
  'packages/wire/src/limits.ts',
  'test/mutations/matrix.ts',
]

/** `group-log.ts`, `group-log.test.ts`. */
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.tsx?$/

const files = sourceFiles()

test('files are named in kebab-case', () => {
  expect(files.filter((file) => !KEBAB_CASE.test(basename(file)))).toEqual([])
})

test.each(['GroupLog.ts', 'group_log.ts', 'groupLog.ts', '-group.ts', 'group-.ts', 'group--log.ts'])('%s is no such name', (name) => {
  expect(KEBAB_CASE.test(name)).toBe(false)
})

test('files have at most 300 lines, except those known to be longer', () => {
  const longer = files.filter((file) => !LISTS.includes(file) && readSource(file).trimEnd().split('\n').length > MOST_LINES)
  expect(longer.filter((file) => !LONGER.includes(file))).toEqual([])
  expect(
    LONGER.filter((file) => !longer.includes(file)),
    'short enough by now',
  ).toEqual([])
})
