import { isLifetime } from '@sotto/wire'
import { laterSetting } from '../changes/settings.ts'
import { never, nobody, type OperationRules } from './operation-rules.ts'

/** Says how long messages last that are said from then on (PROTOCOL §5.66). Every member may: in a direct chat both have to. */
export const setLifetime: OperationRules<'setLifetime'> = {
  malformed: ({ seconds }) => (seconds === 0 || isLifetime(seconds) ? undefined : { code: 'noLifetime' }),
  objection: () => undefined,
  needsAdmin: never,
  subjects: nobody,
  applied: 'last',
  apply: (state, body, { entry }) => ({ ...state, lifetime: laterSetting(state.lifetime, { value: body.seconds, by: entry }) }),
}
