/**
 * Says one's profile in groups where members came who have not heard it (PROTOCOL §3.49): at once in a small group, in a large one
 * before the next message of one's own, so that a silent member costs nothing.
 */
import { equalBytes, LIMITS } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { groupProfile } from '../groups/group-profile.ts'
import { groupRow } from '../groups/group-row.ts'
import { ownProfile } from '../groups/profiles.ts'
import { selfOf } from '../identity/profile.ts'
import { intend } from '../messages/pending-messages.ts'
import type { Context } from '../state/context.ts'
import { GROUP, GROUP_PROFILE, type GroupProfile, PROFILE_DUE } from '../state/tables/groups.ts'
import { PENDING_MESSAGE } from '../state/tables/messages.ts'

/** Members who came have heard nothing yet of this person, nor of the group if it is this person who says that. */
export function oweProfile(context: Context, group: string): void {
  if (hasOwn(context) || tellsOfGroup(context, group)) context.transaction.put(PROFILE_DUE, [group], true)
}

function hasOwn(context: Context): boolean {
  const { line, picture } = ownProfile(context)
  return line !== '' || picture.length > 0
}

/** The admin who said it says it again, and every admin if that one is none any more. */
function tellsOfGroup(context: Context, group: string): boolean {
  const row = context.transaction.get(GROUP_PROFILE, group)
  const roster = rosterOf(context, group)
  const { account } = selfOf(context)
  return row !== undefined && roster.isAdmin(account) && (equalBytes(row.by, account) || !roster.isAdmin(row.by))
}

const titleOf = (context: Context, group: string): string => groupRow(context, group)?.title ?? ''

/** Says to all members of a group what this person says about itself. */
function sayOwnProfile(context: Context, group: string, isNew: boolean): void {
  const { line, picture, chosenMs } = ownProfile(context)
  intend(context, group, { kind: 'profile', of: 'person', words: line, picture, title: titleOf(context, group), isNew, chosenMs })
}

/** Says to all members of a group what it is called, and what is said about it. */
export function sayGroupProfile(
  context: Context,
  group: string,
  { description, picture, chosenMs }: Pick<GroupProfile, 'description' | 'picture' | 'chosenMs'>,
  isNew: boolean,
): void {
  intend(context, group, { kind: 'profile', of: 'group', words: description, picture, title: titleOf(context, group), isNew, chosenMs })
}

export function sayProfileEverywhere(context: Context): void {
  for (const { key, value } of context.transaction.scan(GROUP)) if (value.state === 'member') sayOwnProfile(context, key[0] ?? '', true)
}

export function sayDueProfiles(context: Context): void {
  for (const { key } of context.transaction.scan(PROFILE_DUE)) {
    const [group = ''] = key
    const isMember = groupRow(context, group)?.state === 'member'
    const isDue =
      isMember && (rosterOf(context, group).members.length <= LIMITS.profileAtOnceMembers || context.transaction.first(PENDING_MESSAGE, group) !== undefined)
    if (isMember && !isDue) continue
    context.transaction.delete(PROFILE_DUE, group)
    if (!isDue) continue
    if (hasOwn(context)) sayOwnProfile(context, group, false)
    if (tellsOfGroup(context, group)) sayGroupProfile(context, group, groupProfile(context, group), false)
  }
}
