import { type FieldsOf, fixedBytes, groupId, knownName, LIMITS, list, operationId, struct, text } from '@sotto/wire'
import type { ControlMessageKind } from '../../sessions/control-message.ts'

/** For a new member: the secrets of the current maximal rekeying operations, never older ones. Operations are sent separately. */
export const welcome = {
  kind: 'welcome',
  number: 2,
  saidBy: 'anyone',
  // No joiner gets in without it.
  replaces: true,
  fields: struct({
    group: groupId,
    heads: list(operationId, LIMITS.operationParents),
    secrets: list(struct({ operation: operationId, secret: fixedBytes(32) }), LIMITS.operationParents),
    title: text(LIMITS.nameBytes),
    names: list(knownName, LIMITS.members),
    relays: list(text(LIMITS.relayAddressBytes), LIMITS.relays),
  }),
} as const satisfies ControlMessageKind

export type Welcome = FieldsOf<typeof welcome>
