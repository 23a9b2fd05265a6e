/** Rows of reports to a group's admins. */
import { LIMITS, list, messageId, struct, uint48 } from '@sotto/wire'
import { durable } from '../table.ts'

/** Messages that a member reported to this admin within a day, or this device's person to the admins. Key: group, account. */
export const REPORTS = durable('reports', struct({ fromMs: uint48, messages: list(messageId, LIMITS.reportsHeard) }), {
  scope: 'group',
  owner: 'messages',
})
