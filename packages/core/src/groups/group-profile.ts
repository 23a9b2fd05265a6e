/**
 * A group's picture and description, by an admin (PROTOCOL §5.54, §13.40, §13.41). The latest word of those who are admins counts:
 * one who is none any more cannot hold it.
 */
import type { AccountId } from '@sotto/wire'
import { type Context, tell } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { GROUP_PROFILE, type GroupProfile } from '../state/tables/groups.ts'
import { rosterOf } from './group-log.ts'
import { pictureTypeOf } from './picture-type.ts'
import { nameOfPicture } from './profiles.ts'

const NOTHING = { description: '', picture: new Uint8Array(), name: '', chosenMs: 0 }

export const groupProfile = (context: Pick<Context, 'transaction'>, group: string): Pick<GroupProfile, keyof typeof NOTHING> =>
  context.transaction.get(GROUP_PROFILE, group) ?? NOTHING

export function noteGroupProfile(
  context: Context,
  group: string,
  by: AccountId,
  told: Pick<GroupProfile, 'description' | 'picture' | 'chosenMs'> & { readonly isNew: boolean },
): void {
  const roster = rosterOf(context, group)
  if (!roster.isAdmin(by)) return
  const before = context.transaction.get(GROUP_PROFILE, group)
  const isLater = before === undefined || told.chosenMs > before.chosenMs || (told.chosenMs === before.chosenMs && textOf(by) > textOf(before.by))
  if (!isLater && roster.isAdmin(before.by)) return
  const picture = pictureTypeOf(told.picture) === null ? new Uint8Array() : told.picture
  const now = { description: told.description, picture, name: nameOfPicture(context, picture), by, chosenMs: told.chosenMs }
  context.transaction.put(GROUP_PROFILE, [group], now)
  if (!told.isNew) return
  const known = before ?? NOTHING
  if (known.name !== now.name) tell(context, { kind: 'groupProfileChanged', group, by, what: 'pictureChanged' })
  if (known.description !== now.description) tell(context, { kind: 'groupProfileChanged', group, by, what: 'descriptionChanged' })
}
