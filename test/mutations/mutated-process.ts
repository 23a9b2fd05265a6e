/**
 * The same in processes and worker threads that tests start, such as a relay's: `node --import` of this file changes the mutant's file
 * while Node loads it. It comes to them by `NODE_OPTIONS` (`scripts/mutations.ts`).
 */
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../../scripts/repository.ts'
import { MUTANTS } from './matrix.ts'
import { mutated } from './mutate.ts'

const mutant = MUTANTS[Number(process.env['SOTTO_MUTANT'])]
if (mutant !== undefined) {
  const url = pathToFileURL(join(ROOT, mutant.file)).href
  registerHooks({
    load: (from, context, nextLoad) => {
      const loaded = nextLoad(from, context)
      return from.split('?')[0] === url ? { ...loaded, source: mutated(String(loaded.source), mutant) } : loaded
    },
  })
}
