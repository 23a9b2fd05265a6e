/** Who types (PROTOCOL §7, §13.45). Nothing of it is stored: it is over after a few seconds. */
import { LIMITS } from '@sotto/wire'
import { privacyOf } from '../../identity/settings.ts'
import type { Context } from '../../state/context.ts'
import { TYPING, TYPING_SAID } from '../../state/tables/messages.ts'
import { setTimer } from '../../state/timers.ts'
import { epochToSayIn, sayNow } from './say.ts'

/** Our person types in a group, or stops: it sent the text, emptied the field or left it. Said only so often, but its end at once. */
export function noteTyping(context: Context, group: string, isTyping: boolean): void {
  const saidMs = context.transaction.get(TYPING_SAID, group)
  const agoMs = saidMs === undefined ? Infinity : context.nowMs - saidMs
  const epoch = privacyOf(context).typing ? epochToSayIn(context, group) : undefined
  // A clock that was put back does not silence it.
  if (epoch === undefined || (isTyping && agoMs >= 0 && agoMs < LIMITS.typingEveryMs)) return
  if (!isTyping) context.transaction.delete(TYPING_SAID, group)
  if (!isTyping && agoMs > LIMITS.typingShownMs) return
  if (isTyping) context.transaction.put(TYPING_SAID, [group], context.nowMs)
  sayNow(context, epoch, { kind: 'typing', isTyping })
}

/** A member says that it types, or does no longer. */
export function hearTyping(context: Context, group: string, account: string, isTyping: boolean): void {
  if (!isTyping) return endTyping(context, group, account)
  const untilMs = context.nowMs + LIMITS.typingShownMs
  const before = context.transaction.get(TYPING, group, account)
  context.transaction.put(TYPING, [group, account], { sinceMs: before?.sinceMs ?? context.nowMs, untilMs })
  setTimer(context, 'typing', untilMs, 'earliest')
}

/** A message of a member came: it has typed it. */
export const endTyping = (context: Context, group: string, account: string): void => context.transaction.delete(TYPING, group, account)

/** Those who have said nothing for a while type no longer. */
export function expireTyping(context: Context): void {
  for (const { key, value } of context.transaction.scan(TYPING)) {
    // Nor do those that would for longer than anybody may: the clock was put back.
    if (value.untilMs <= context.nowMs || value.untilMs > context.nowMs + LIMITS.typingShownMs) context.transaction.delete(TYPING, ...key)
    else setTimer(context, 'typing', value.untilMs, 'earliest')
  }
}

/** Nobody is shown any more, nor is our person. */
export function forgetTyping(context: Context): void {
  for (const { key } of context.transaction.scan(TYPING_SAID)) noteTyping(context, key[0] ?? '', false)
  context.transaction.deleteAll(TYPING)
}

/** The accounts of those who type, those who began first in front. */
export const typingIn = ({ transaction }: Pick<Context, 'transaction'>, group: string): readonly string[] =>
  transaction
    .scan(TYPING, group)
    .toSorted((a, b) => a.value.sinceMs - b.value.sinceMs)
    .map(({ key }) => key[1] ?? '')
