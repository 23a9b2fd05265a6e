import { expect, test } from 'vitest'
import { readSource, repositoryFiles } from './source-files.ts'
import { type AllowedPassage, type AvoidedWord, avoidedWordsIn, formerWords } from './words.ts'

/** Where words are held to the glossary: beginnings of paths. The changelog is not: it tells what was so when it was written. */
const AREAS: readonly string[] = [
  'ARCHITECTURE.md',
  'PROTOCOL.md',
  'README.md',
  'RELEASING.md',
  'SECURITY.md',
  'docs/',
  'extension/',
  'packages/',
  'relay-node/',
  'scripts/',
  'test/',
]

/** The glossary names the former words, and this folder's test the avoided ones. */
const NAMES_THE_WORDS: readonly string[] = ['docs/glossary.md', 'test/architecture/words.test.ts', 'test/architecture/words.ts']

/** Texts for people, who are told "whoever sent it", and not which device. */
const FOR_PEOPLE: readonly string[] = ['extension/app/preview/', 'extension/app/strings/']

const LABEL = 'a label that is hashed: another would be another protocol'

const APP = 'what the app says to people'

const ALLOWED: readonly AllowedPassage[] = [
  { file: 'packages/wire/src/labels.ts', passage: "'lane grant'", why: LABEL },
  { file: 'packages/wire/src/labels.ts', passage: "'lane append'", why: LABEL },
  { file: 'packages/wire/src/mailbox.ts', passage: "L('lane grant')", why: LABEL },
  { file: 'PROTOCOL.md', passage: 'L("lane grant")', why: LABEL },
  { file: 'packages/crypto/src/primitives/load-primitives.test.ts', passage: 'codeGeneration', why: 'an option of Node’s' },
  { file: 'test/vectors/standards.test.ts', passage: 'one lane', why: 'a term of Argon2' },
  { file: 'test/e2e/empty-profile.test.ts', passage: 'you can begin anew', why: APP },
  { file: 'test/e2e/refused-invites.test.ts', passage: 'ask whoever sent it', why: APP },
  { file: 'extension/app/conversation/reaction-label.test.ts', passage: 'Somebody and', why: APP },
  { file: 'extension/app/conversation/reaction-label.test.ts', passage: 'is called somebody', why: APP },
  { file: 'scripts/simulate.ts', passage: 'maxOldGenerationSizeMb', why: 'an option of Node’s' },
]

const MEMBERSHIP: readonly string[] = ['PROTOCOL.md', 'packages/membership/']
/** Of operations only: elsewhere an attacker attacks, and a letter stands for a number. */
const OF_OPERATIONS: readonly string[] = ['attack', 'attacked', 'attacks', 'stand', 'standing', 'stands', 'void']

const FORMER: readonly AvoidedWord[] = formerWords(readSource('docs/glossary.md')).map((former) => ({
  ...former,
  ...(OF_OPERATIONS.includes(former.word) ? { within: MEMBERSHIP } : {}),
  ...(former.word === 'void' ? { readIn: 'texts' as const } : {}),
}))

const STYLE: readonly AvoidedWord[] = [
  { word: 'whoever', instead: 'the member, device, relay … that' },
  { word: 'whomever', instead: 'the member, device, relay … that' },
  { word: 'somebody', instead: 'a member, a person, another device …' },
  { word: 'anew', instead: 'again, new' },
  { word: 'of which', instead: 'a sentence of its own' },
  { word: 'not to be had', instead: 'missing' },
]

const WORDS: readonly AvoidedWord[] = [...FORMER, ...STYLE.map((each) => ({ ...each, readIn: 'sentences' as const }))]

const TEXT = /\.(?:ts|tsx|mjs|css|html|md)$/
const isIn = (places: readonly string[], file: string): boolean => places.some((place) => file.startsWith(place))
const files = repositoryFiles().filter((file) => TEXT.test(file) && isIn(AREAS, file) && !isIn(FOR_PEOPLE, file) && !NAMES_THE_WORDS.includes(file))

test('no file says a former word of the glossary, or a word that the style avoids', () => {
  expect(files.length).toBeGreaterThan(150)
  expect(files.flatMap((file) => avoidedWordsIn(file, readSource(file), WORDS, ALLOWED))).toEqual([])
})

test('the glossary names former words, and every one of them is found where it is planted', () => {
  expect(FORMER.map(({ word }) => word)).toEqual(expect.arrayContaining(['generation', 'lane grant', 'newcomer', 'stands', 'vouch', 'witnessed']))
  for (const { word } of WORDS) {
    const found = avoidedWordsIn('packages/membership/src/planted.ts', `// It has a ${word}.\n`, WORDS, ALLOWED)
    expect(found, word).toContainEqual(expect.stringContaining(`planted.ts:1: "${word}"`))
  }
})

test.each([
  ['a name', 'const nextLaneSeed = 1\n', 'lane'],
  ['a constant', 'const LANE_GRANT_BYTES = 1\n', 'lane grant'],
  ['a kind', "const kind = 'newcomer'\n", 'newcomer'],
  ['a comment', '/** Two newcomers at once. */\n', 'newcomer'],
  ['the title of a test', "test('whoever comes first', () => {})\n", 'whoever'],
  ['a phrase over two lines of a comment', '/**\n * What came late, most\n * of\n * which is known.\n */\n', 'of which'],
  ['the name of a label, outside of its list', "const label = 'lane grant'\n", 'lane grant'],
])('a former word is found in %s', (_, text, word) => {
  expect(avoidedWordsIn('packages/core/src/planted.ts', text, WORDS, ALLOWED)).toContainEqual(expect.stringContaining(`"${word}"`))
})

test('everyday senses, keywords and allowed passages are not found', () => {
  const none = (file: string, text: string): void => {
    expect(avoidedWordsIn(file, text, WORDS, ALLOWED)).toEqual([])
  }
  none('packages/core/src/planted.ts', '// A relay that an attacker attacks stands still.\n')
  none('packages/core/src/planted.ts', "import { sealAnew } from './seal-anew.ts'\n")
  none('packages/membership/src/planted.ts', 'const go = (): void => {}\nvoid go()\n')
  none('packages/wire/src/labels.ts', "const labels = ['lane grant', 'lane append']\n")
  none('packages/wire/src/planted.ts', 'const planets = Promise.allSettled([])\n')
})

test.each(ALLOWED)('$passage is still said in $file', ({ file, passage, why }) => {
  expect(readSource(file)).toContain(passage)
  expect(why).not.toBe('')
})
