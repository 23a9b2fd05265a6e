/** Every kind of operation that the codec knows, and its rules: one line each, and the type check misses none. */
import type { OperationBody } from '@sotto/wire'
import { acknowledge } from './acknowledge.ts'
import { admit } from './admit.ts'
import { create } from './create.ts'
import { devices } from './devices.ts'
import { invite } from './invite.ts'
import { leave } from './leave.ts'
import type { OperationKind, OperationRules } from './operation-rules.ts'
import { rekey } from './rekey.ts'
import { remove } from './remove.ts'
import { rename } from './rename.ts'
import { revokeInvite } from './revoke-invite.ts'
import { setAddressPrivacy } from './set-address-privacy.ts'
import { setHistory } from './set-history.ts'
import { setLifetime } from './set-lifetime.ts'
import { setPolicy } from './set-policy.ts'
import { setRelays } from './set-relays.ts'
import { setRole } from './set-role.ts'

const OPERATIONS: { readonly [K in OperationKind]: OperationRules<K> } = {
  create,
  invite,
  revokeInvite,
  admit,
  remove,
  leave,
  setRole,
  setPolicy,
  rename,
  devices,
  rekey,
  acknowledge,
  setRelays,
  setAddressPrivacy,
  setLifetime,
  setHistory,
}

/** The rules of whatever kind an operation is. They are to be asked about this body, or one of its kind. */
export const rulesOf = ({ kind }: OperationBody): OperationRules<OperationKind> => OPERATIONS[kind] as unknown as OperationRules<OperationKind>
