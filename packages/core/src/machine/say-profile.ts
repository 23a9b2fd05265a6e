/**
 * Says one's profile in groups where members came who have not heard it (PROTOCOL §3.49): at once in a small group, in a large one
 * before the next message of one's own, so that a silent member costs nothing.
 */
import { LIMITS } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { groupRow } from '../groups/group-row.ts'
import { ownProfile } from '../groups/profiles.ts'
import { intend } from '../messages/pending-messages.ts'
import type { Context } from '../state/context.ts'
import { GROUP, PROFILE_DUE } from '../state/tables/groups.ts'
import { PENDING_MESSAGE } from '../state/tables/messages.ts'

/** Members who came have heard nothing of this person yet. */
export function oweProfile(context: Context, group: string): void {
  const { line, picture } = ownProfile(context)
  if (line !== '' || picture.length > 0) context.transaction.put(PROFILE_DUE, [group], true)
}

/** Says it to all members of a group. */
export function sayProfile(context: Context, group: string): void {
  const { line, picture } = ownProfile(context)
  context.transaction.delete(PROFILE_DUE, group)
  intend(context, group, { kind: 'profile', line, picture, title: groupRow(context, group)?.title ?? '' })
}

export function sayProfileEverywhere(context: Context): void {
  for (const { key, value } of context.transaction.scan(GROUP)) if (value.state === 'member') sayProfile(context, key[0] ?? '')
}

export function sayDueProfiles(context: Context): void {
  for (const { key } of context.transaction.scan(PROFILE_DUE)) {
    const [group = ''] = key
    if (groupRow(context, group)?.state !== 'member') context.transaction.delete(PROFILE_DUE, group)
    else if (rosterOf(context, group).members.length <= LIMITS.profileAtOnceMembers || context.transaction.first(PENDING_MESSAGE, group) !== undefined)
      sayProfile(context, group)
  }
}
