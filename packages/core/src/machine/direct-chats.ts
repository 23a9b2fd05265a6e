/** What follows when this device has joined a direct chat: what was written in one of its own goes there (PROTOCOL §8.41). */
import { decode } from '@sotto/wire'
import { awaitsOther, directChatsWith } from '../groups/direct-chats.ts'
import { noteOut } from '../groups/group-row.ts'
import { contentBody } from '../messages/contents/contents.ts'
import { draftLifetime, draftOf, keepDraft, keepDraftLifetime } from '../messages/drafts.ts'
import { intend } from '../messages/pending-messages.ts'
import type { Context } from '../state/context.ts'
import { DIRECT_CHAT } from '../state/tables/direct-chats.ts'
import { PENDING_MESSAGE } from '../state/tables/messages.ts'
import { forgetGroup } from './forget.ts'

/** Both began a conversation at the same time, and this device joined the other's: its own ends, and what waited there goes on here. */
export function mergeDirectChats(context: Context, group: string): void {
  const joined = context.transaction.get(DIRECT_CHAT, group)
  if (joined === undefined) return
  for (const { group: other } of directChatsWith(context, joined.account)) {
    if (other === group || !awaitsOther(context, other)) continue
    const bodies = context.transaction.scan(PENDING_MESSAGE, other).flatMap(({ value }) => decode(contentBody, value.body) ?? [])
    const draft = draftOf(context, other)
    const seconds = draftLifetime(context, other, 0)
    noteOut(context, other, 'left')
    forgetGroup(context, other)
    for (const body of bodies) intend(context, group, body)
    if (draft.text !== '') keepDraft(context, group, draft.text, draft.mentions)
    if (seconds !== null) keepDraftLifetime(context, group, seconds)
  }
}
