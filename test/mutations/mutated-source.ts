/** A Vite plugin that changes one file of the source as a mutant says, while it is loaded. Nothing is written to disk. */
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { ROOT } from '../../scripts/repository.ts'
import { MUTANTS, type Mutant } from './matrix.ts'

/** The source with the rule switched off. Throws if the matrix no longer fits the source. */
export function mutated(source: string, { file, from, to }: Mutant): string {
  const parts = source.split(from)
  if (parts.length !== 2) throw new RangeError(`the matrix looks for something that occurs ${parts.length - 1} times in ${file}: ${from}`)
  return parts.join(to)
}

/** `SOTTO_MUTANT`: the number of the mutant in the matrix; none for the unchanged source. */
export function mutatedSource(number: string | undefined): Plugin {
  const mutant = number === undefined ? undefined : MUTANTS[Number(number)]
  const path = mutant === undefined ? undefined : join(ROOT, mutant.file)
  return {
    name: 'mutated-source',
    enforce: 'pre',
    transform: (source, id) => (mutant !== undefined && id.split('?')[0] === path ? { code: mutated(source, mutant), map: null } : undefined),
  }
}
