import { laterSetting } from '../changes/settings.ts'
import { always, nobody, type OperationRules } from './operation-rules.ts'

/** Says whether members' devices may connect directly to one another. */
export const setAddressPrivacy: OperationRules<'setAddressPrivacy'> = {
  objection: ({ byAdmin }) => (byAdmin ? undefined : { code: 'onlyAdminsSetAddressPrivacy' }),
  needsAdmin: always,
  subjects: nobody,
  applied: 'last',
  apply: (state, body, { entry }) => ({ ...state, addressPrivacy: laterSetting(state.addressPrivacy, { value: body.isOn, by: entry }) }),
}
