/** A matrix of mutants is useless if it does not fit the source. Trying all of it takes minutes, this takes no time. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../../scripts/repository.ts'
import { MUTANTS } from '../mutations/matrix.ts'
import { mutated } from '../mutations/mutate.ts'

it.each(MUTANTS.map((mutant) => [mutant.rule, mutant] as const))('the source has what is switched off: %s', (_rule, mutant) => {
  const source = readFileSync(join(ROOT, mutant.file), 'utf8')
  expect(mutated(source, mutant)).not.toBe(source)
})
