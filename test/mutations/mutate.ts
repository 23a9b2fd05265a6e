import type { Mutant } from './matrix.ts'

/** The source with the rule switched off. Throws if the matrix no longer fits the source. */
export function mutated(source: string, { file, from, to }: Mutant): string {
  const parts = source.split(from)
  if (parts.length !== 2) throw new RangeError(`the matrix looks for something that occurs ${parts.length - 1} times in ${file}: ${from}`)
  return parts.join(to)
}
