/** The committed sequences of each stateful target: a line of JSON each. What once broke something stays, with a comment (`#`) above it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Act, ActSequence } from './target.ts'

const fileOf = (target: string): URL => new URL(`./sequences/${target.replaceAll(' ', '-')}.txt`, import.meta.url)

/** `[start, [verb, amount, seed], …]` */
export const asLine = ({ start, acts }: ActSequence): string => JSON.stringify([start, ...acts])

function sequenceOf(line: string): ActSequence {
  const [start, ...acts] = JSON.parse(line) as readonly [number, ...Act[]]
  return { start, acts }
}

const linesOf = (target: string): readonly string[] => (existsSync(fileOf(target)) ? readFileSync(fileOf(target), 'utf8').split('\n') : [])

export const readSequences = (target: string): readonly ActSequence[] =>
  linesOf(target)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(sequenceOf)

/** Replaces the sequences that were found; what stands below a comment stays. */
export function writeSequences(target: string, lines: readonly string[]): void {
  const before = linesOf(target)
  const kept = before.flatMap((line, i) => (line.startsWith('#') ? [line, before[i + 1] ?? ''] : []))
  writeFileSync(fileOf(target), `${[...kept, ...lines.filter((line) => !kept.includes(line))].join('\n')}\n`)
}
