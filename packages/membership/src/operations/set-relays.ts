import { areRelaysOfGroup } from '@sotto/wire'
import { laterSetting } from '../changes/settings.ts'
import { always, nobody, type OperationRules } from './operation-rules.ts'

/** Says where the group's mailboxes are from now on. */
export const setRelays: OperationRules<'setRelays'> = {
  malformed: ({ relays }) => (areRelaysOfGroup(relays) ? undefined : { code: 'badRelays' }),
  objection: ({ byAdmin }) => (byAdmin ? undefined : { code: 'onlyAdminsSetRelays' }),
  needsAdmin: always,
  subjects: nobody,
  applied: 'last',
  apply: (state, body, { entry }) => ({ ...state, relays: laterSetting(state.relays, { value: body.relays, by: entry }) }),
}
