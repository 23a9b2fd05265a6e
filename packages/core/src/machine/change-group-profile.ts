/**
 * An admin calls the group otherwise, or gives it another picture or description (PROTOCOL §5.52, §5.54). The log names the title's
 * hash; the title itself and the rest are said to the members.
 */
import { equalBytes, fromBase64url, LIMITS, readName, utf8 } from '@sotto/wire'
import { nameRejection } from '../contract/name-rejection.ts'
import type { EngineReply } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { rosterOf } from '../groups/group-log.ts'
import { groupProfile } from '../groups/group-profile.ts'
import { groupRow, takeTitle } from '../groups/group-row.ts'
import { pictureTypeOf } from '../groups/picture-type.ts'
import { chosenAfter } from '../groups/profiles.ts'
import { selfOf } from '../identity/profile.ts'
import { authorIfAllowed } from '../members/change-group.ts'
import type { Context } from '../state/context.ts'
import { sayGroupProfile } from './say-profile.ts'

export function setTitle(context: Context, group: string, written: string): EngineReply {
  const read = readName(written)
  if ('code' in read) return { ok: false, rejection: nameRejection(read, 'titleEmpty', 'titleTooLong') }
  if (read.name === groupRow(context, group)?.title) return ok()
  const done = authorIfAllowed(context, group, { kind: 'rename', titleHash: context.provider.primitives.sha256(utf8(read.name)) })
  if (!done.ok) return done
  takeTitle(context, group, rosterOf(context, group), read.name)
  sayGroupProfile(context, group, groupProfile(context, group), false)
  return done
}

export function setGroupProfile(context: Context, group: string, written: string, picture: string | null | undefined): EngineReply {
  if (!rosterOf(context, group).isAdmin(selfOf(context).account)) return no('notAllowed')
  const description = written.trim()
  const length = utf8(description).length
  if (length > LIMITS.descriptionBytes) return no('descriptionTooLong', { length, limit: LIMITS.descriptionBytes })
  const before = groupProfile(context, group)
  const bytes = picture === undefined ? before.picture : picture === null ? new Uint8Array() : fromBase64url(picture)
  if (bytes === undefined || (bytes.length > 0 && pictureTypeOf(bytes) === null)) return no('pictureNotOne', { limit: LIMITS.pictureBytes })
  if (description !== before.description || !equalBytes(bytes, before.picture))
    sayGroupProfile(context, group, { description, picture: bytes, chosenMs: chosenAfter(context, before.chosenMs) }, true)
  return ok()
}
