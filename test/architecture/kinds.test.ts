/** What is one file for each kind is in the list of its kinds: a file that nobody listed would be said and never heard. */
import { basename, dirname } from 'node:path'
import { CONTENT_KINDS, CONTROL_MESSAGE_KINDS, PEER_FRAME_KINDS } from '@sotto/core/inside'
import { expect, test } from 'vitest'
import { sourceFiles } from './source-files.ts'

const camelCase = (name: string): string => name.replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())

/** Kinds by the files of the folders of this name, wherever they are under a path. */
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
