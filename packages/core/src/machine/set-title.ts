/** An admin calls the group otherwise (PROTOCOL §5.52): the log names the title's hash, and the title itself is said to the members. */
import { utf8 } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { rosterOf } from '../groups/group-log.ts'
import { takeTitle } from '../groups/group-row.ts'
import { authorIfAllowed } from '../members/change-group.ts'
import type { Context } from '../state/context.ts'
import { sayProfile } from './say-profile.ts'

export function setTitle(context: Context, group: string, title: string): EngineReply {
  const done = authorIfAllowed(context, group, { kind: 'rename', titleHash: context.provider.primitives.sha256(utf8(title)) })
  if (!done.ok) return done
  takeTitle(context, group, rosterOf(context, group), title)
  sayProfile(context, group)
  return done
}
