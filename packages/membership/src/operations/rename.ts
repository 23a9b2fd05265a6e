import { laterSetting } from '../changes/settings.ts'
import { always, nobody, type OperationRules } from './operation-rules.ts'

/** Sets another title for the group. */
export const rename: OperationRules<'rename'> = {
  objection: ({ byAdmin }) => (byAdmin ? undefined : { code: 'onlyAdminsRename' }),
  needsAdmin: always,
  subjects: nobody,
  applied: 'last',
  apply: (state, body, { entry }) => ({ ...state, title: laterSetting(state.title, { value: body.titleHash, by: entry }) }),
}
