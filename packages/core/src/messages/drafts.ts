/**
 * What is written in a conversation and not sent yet. A row of its own: it may be far longer than a message, and the
 * group's row is written anew with everything that happens there.
 */
import type { Context } from '../state/context.ts'
import { GROUP } from '../state/tables/groups.ts'
import { DRAFT } from '../state/tables/messages.ts'

/** The draft of a group, which every page shows; empty where there is none. */
export const draftOf = (context: Pick<Context, 'draft'>, group: string): string =>
  context.draft.get(DRAFT, group) ?? context.draft.get(GROUP, group)?.draft ?? ''

/** Keeps a draft in the place of the one before. */
export function keepDraft(context: Context, group: string, text: string): void {
  if (draftOf(context, group) === text) return
  forgetDraft(context, group)
  if (text !== '') context.draft.put(DRAFT, [group], text)
}

/** A draft that was sent is none any more, on any page. Another text than what was sent stays. */
export function sentFromDraft(context: Context, group: string, sent: string): void {
  if (draftOf(context, group) === sent) forgetDraft(context, group)
}

/** Lets go of a group's draft. */
function forgetDraft(context: Context, group: string): void {
  context.draft.delete(DRAFT, group)
  const row = context.draft.get(GROUP, group)
  if (row !== undefined && row.draft !== '') context.draft.put(GROUP, [group], { ...row, draft: '' })
}
