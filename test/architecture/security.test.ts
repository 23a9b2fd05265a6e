/** SECURITY.md names a test for each thing that an actor cannot do: those tests are there, under these titles. */
import { expect, test } from 'vitest'
import { readSource, repositoryFiles } from './source-files.ts'

/** `path/to/a.test.ts` “title”; the title may be left out. */
const NAMED = /`(?<file>[\w./-]+\.test\.ts)`(?: “(?<title>[^”]+)”)?/g

const plain = (text: string): string => text.replaceAll(/[’']/g, "'").replaceAll("\\'", "'")

/** Tests that a document names and that are not there. */
function missingTests(document: string): readonly string[] {
  const files = new Set(repositoryFiles())
  return [...document.matchAll(NAMED)].flatMap(({ groups }) => {
    const { file = '', title } = groups ?? {}
    if (!files.has(file)) return [`${file} is not there`]
    return title === undefined || plain(readSource(file)).includes(plain(title)) ? [] : [`${file} has no test “${title}”`]
  })
}

test('every test that SECURITY.md names is there', () => {
  const document = readSource('SECURITY.md')
  expect(missingTests(document)).toEqual([])
  expect([...document.matchAll(NAMED)].length).toBeGreaterThan(40)
})

test('a file that is gone and a title that is another are noticed', () => {
  const file = 'test/architecture/security.test.ts'
  const another = ['no', 'such', 'title'].join(' ')
  expect(missingTests(`\`${file}\` “every test that SECURITY.md names is there”, \`test/gone.test.ts\` “it was”, \`${file}\` “${another}”`)).toEqual([
    'test/gone.test.ts is not there',
    `${file} has no test “${another}”`,
  ])
})
