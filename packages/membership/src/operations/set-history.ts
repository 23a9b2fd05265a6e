import { isHistoryPolicy } from '@sotto/wire'
import { laterSetting } from '../changes/settings.ts'
import { always, nobody, type OperationRules } from './operation-rules.ts'

/** Says what members pass on to new ones of the time before them (PROTOCOL §5.67). */
export const setHistory: OperationRules<'setHistory'> = {
  malformed: (body) => (isHistoryPolicy(body) ? undefined : { code: 'badHistoryPolicy' }),
  objection: ({ byAdmin }) => (byAdmin ? undefined : { code: 'onlyAdminsSetHistory' }),
  needsAdmin: always,
  subjects: nobody,
  applied: 'last',
  apply: (state, { days, messages }, { entry }) => ({ ...state, history: laterSetting(state.history, { value: { days, messages }, by: entry }) }),
}
