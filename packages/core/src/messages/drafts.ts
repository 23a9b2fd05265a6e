/**
 * What is written in a conversation and not sent yet. A row of its own: it may be far longer than a message, and the
 * conversation's row is written anew with everything that is said there.
 */
import type { Context } from '../state/context.ts'
import { COMPOSER_DRAFT } from '../state/tables/messages.ts'

/** The draft of a group, which every page shows; empty where there is none. */
export const draftOf = (context: Pick<Context, 'transaction'>, group: string): string => context.transaction.get(COMPOSER_DRAFT, group) ?? ''

/** Keeps a draft in the place of the one before. */
export function keepDraft(context: Context, group: string, text: string): void {
  if (draftOf(context, group) === text) return
  if (text === '') context.transaction.delete(COMPOSER_DRAFT, group)
  else context.transaction.put(COMPOSER_DRAFT, [group], text)
}

/** A draft that was sent is none any more, on any page. Another text than what was sent stays. */
export function sentFromDraft(context: Context, group: string, sent: string): void {
  if (draftOf(context, group) === sent) context.transaction.delete(COMPOSER_DRAFT, group)
}
