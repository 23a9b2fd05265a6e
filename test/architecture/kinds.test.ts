/** Where each kind is a file, it is also in the list of kinds: an unlisted kind would be sent and never understood. */
import { basename, dirname } from 'node:path'
import { CONTENT_KINDS, CONTROL_MESSAGE_KINDS, PEER_FRAME_KINDS } from '@sotto/core/inside'
import { expect, test } from 'vitest'
import { sourceFiles } from './source-files.ts'

const camelCase = (name: string): string => name.replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())

/** Kinds by the files in the folders of this name, anywhere under a path. */
const inFolders = (path: string, folder: string): readonly string[] =>
  sourceFiles()
    .filter((file) => file.startsWith(path) && basename(dirname(file)) === folder && !file.endsWith('.test.ts'))
    .map((file) => camelCase(basename(file, '.ts')))
    .toSorted()

test.each([
  ['control-messages', CONTROL_MESSAGE_KINDS],
  ['frames', PEER_FRAME_KINDS],
] as const)('every file in a folder %s of the core is a kind, and each is listed once', (folder, kinds) => {
  expect(inFolders('packages/core/src/', folder)).toEqual(kinds.map(({ kind }) => kind).toSorted())
})

test('every file of contents is a kind, and each is listed once', () => {
  const files = inFolders('packages/core/src/messages/', 'contents').filter((name) => name !== 'contents' && name !== 'contentKind')
  expect(files).toEqual(CONTENT_KINDS.map(({ kind }) => kind).toSorted())
})
