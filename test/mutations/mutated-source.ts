/** A Vite plugin that changes one file of the source as a mutant says, while it is loaded. Nothing is written to disk. */
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { ROOT } from '../../scripts/repository.ts'
import { MUTANTS } from './matrix.ts'
import { mutated } from './mutate.ts'

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
