import { withMember } from '../changes/people.ts'
import { never, nobody, type OperationRules } from './operation-rules.ts'

/** Begins a group: its author is the first member and an admin. That it comes before everything else is its form (`log/shape.ts`). */
export const create: OperationRules<'create'> = {
  // A member of a group cannot create it again.
  objection: () => ({ code: 'groupExists' }),
  needsAdmin: never,
  subjects: nobody,
  applied: 'second',
  apply: (state, body, { entry }) => ({
    ...withMember(state, body.founder, entry, 'admin'),
    create: entry,
    title: { value: body.titleHash, by: entry },
  }),
  rekeys: true,
}
