/**
 * What is written in a conversation and not sent yet. A row of its own: it may be far longer than a message, and the
 * conversation's row is written anew with everything that is said there.
 */
import type { Context } from '../state/context.ts'
import { DRAFT } from '../state/tables/messages.ts'

/** The draft of a group, which every page shows; empty where there is none. */
export const draftOf = (context: Pick<Context, 'draft'>, group: string): string => context.draft.get(DRAFT, group) ?? ''

/** Keeps a draft in the place of the one before. */
export function keepDraft(context: Context, group: string, text: string): void {
  if (draftOf(context, group) === text) return
  if (text === '') context.draft.delete(DRAFT, group)
  else context.draft.put(DRAFT, [group], text)
}

/** A draft that was sent is none any more, on any page. Another text than what was sent stays. */
export function sentFromDraft(context: Context, group: string, sent: string): void {
  if (draftOf(context, group) === sent) context.draft.delete(DRAFT, group)
}
