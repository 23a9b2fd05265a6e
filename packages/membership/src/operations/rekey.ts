import { never, nobody, type OperationRules } from './operation-rules.ts'

/** Makes a fresh secret, and nothing else. */
export const rekey: OperationRules<'rekey'> = {
  objection: () => undefined,
  needsAdmin: never,
  subjects: nobody,
  applied: 'last',
  apply: (state) => state,
  rekeys: true,
}
