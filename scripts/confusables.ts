/**
 * Writes `packages/wire/src/confusables.ts` from Unicode's table of confusable characters (`confusables.txt` of UTS 39), whose
 * path is the argument. Only for a new version of Unicode: the result is committed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './repository.ts'

const WIDTH = 150

const path = process.argv[2]
if (path === undefined) throw new TypeError('usage: node scripts/confusables.ts PATH-OF-CONFUSABLES.TXT')
const table = readFileSync(path, 'utf8')
const version = /^# Version: (\S+)$/m.exec(table)?.[1] ?? 'unknown'

const hex = (points: string): string =>
  points
    .trim()
    .split(/\s+/)
    .map((point) => Number.parseInt(point, 16).toString(16))
    .join('+')
const byPrototype = new Map<string, string[]>()
for (const line of table.split('\n')) {
  const [source = '', prototype = ''] = line.replace(/#.*$/, '').split(';')
  if (source.trim() === '' || prototype.trim() === '') continue
  // A skeleton is made of decomposed text, so no other source ever occurs in one.
  const character = String.fromCodePoint(Number.parseInt(source, 16))
  if (character.normalize('NFD') !== character) continue
  byPrototype.set(hex(prototype), [...(byPrototype.get(hex(prototype)) ?? []), hex(source)])
}

/** Entries one after the other, in as many lines as it takes. */
const lines: string[] = []
for (const entry of [...byPrototype].map(([prototype, sources]) => `${prototype} ${sources.join(' ')};`)) {
  for (const [at, part] of entry.split(' ').entries()) {
    const last = lines.at(-1)
    if (last === undefined || last.length + part.length >= WIDTH) lines.push(part)
    else lines[lines.length - 1] = at === 0 ? `${last}${part}` : `${last} ${part}`
  }
}

writeFileSync(
  join(ROOT, 'packages/wire/src/confusables.ts'),
  `/**
 * Characters that are drawn alike, from Unicode ${version} (UTS 39, \`confusables.txt\`; written by \`scripts/confusables.ts\`).
 * Data of Unicode, Inc., under the Unicode licence (https://www.unicode.org/license.txt).
 *
 * Each entry: the code points of a prototype, joined by \`+\`, then those that are drawn like it, in base 16. A line break is a space.
 */
export const CONFUSABLES = \`
${lines.join('\n')}
\`
`,
)
console.log(`${byPrototype.size} prototypes, ${[...byPrototype.values()].flat().length} characters`)
