/**
 * A conversation's composer draft. It has a row of its own because it may be far longer than a message, and the
 * conversation's row is rewritten with every message.
 */
import type { Context } from '../state/context.ts'
import { COMPOSER_DRAFT, COMPOSER_LIFETIME, type Draft, type Mention } from '../state/tables/messages.ts'
import { areSameMentions } from './mentions.ts'
import { forgetSelection } from './page-places.ts'

const NOTHING_WRITTEN = { text: '', mentions: [] }

/** The composer draft of a group, which every page shows; empty if there is none. */
export const draftOf = (context: Pick<Context, 'transaction'>, group: string): Draft => context.transaction.get(COMPOSER_DRAFT, group) ?? NOTHING_WRITTEN

/** Keeps a composer draft in place of the earlier one. */
export function keepDraft(context: Context, group: string, text: string, mentions: readonly Mention[]): void {
  const before = draftOf(context, group)
  if (before.text === text && areSameMentions(before.mentions, mentions)) return
  if (text === '') forgetDraft(context, group)
  else context.transaction.put(COMPOSER_DRAFT, [group], { text, mentions: [...mentions] })
}

/** Deletes a draft that was sent, on every page. A text that differs from what was sent stays. */
export function sentFromDraft(context: Context, group: string, sent: string): void {
  if (draftOf(context, group).text === sent) forgetDraft(context, group)
}

function forgetDraft(context: Context, group: string): void {
  context.transaction.delete(COMPOSER_DRAFT, group)
  forgetSelection(context, group)
}

/** How long the next message lasts, in seconds; null: as long as the group says. */
export function draftLifetime(context: Pick<Context, 'transaction'>, group: string, groupSeconds: number): number | null {
  const seconds = context.transaction.get(COMPOSER_LIFETIME, group)
  return seconds === undefined || (groupSeconds !== 0 && seconds >= groupSeconds) ? null : seconds
}

/** Keeps it with the draft, on every page, until that is sent. */
export function keepDraftLifetime(context: Context, group: string, seconds: number | null): void {
  if (seconds === null) context.transaction.delete(COMPOSER_LIFETIME, group)
  else context.transaction.put(COMPOSER_LIFETIME, [group], seconds)
}
