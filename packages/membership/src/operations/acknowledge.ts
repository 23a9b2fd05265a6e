import { never, nobody, type OperationRules } from './operation-rules.ts'

/** Says that its author has seen what is before it: of such operations a majority is counted (PROTOCOL §5.2, §13.26). */
export const acknowledge: OperationRules<'acknowledge'> = {
  objection: () => undefined,
  needsAdmin: never,
  subjects: nobody,
  applied: 'last',
  apply: (state) => state,
}
