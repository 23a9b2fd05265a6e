import { laterSetting } from '../changes/settings.ts'
import { always, nobody, type OperationRules } from './operation-rules.ts'

/** Says when members make new sender keys. */
export const setPolicy: OperationRules<'setPolicy'> = {
  objection: ({ byAdmin, body }) => {
    if (!byAdmin) return { code: 'onlyAdminsSetPolicy' }
    return body.rotateAfterMessages > 0 && body.rotateAfterHours > 0 ? undefined : { code: 'policyWithoutRotation' }
  },
  needsAdmin: always,
  subjects: nobody,
  applied: 'last',
  apply: (state, body, { entry }) => ({ ...state, policy: laterSetting(state.policy, { value: body, by: entry }) }),
}
