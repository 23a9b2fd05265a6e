/**
 * The lives of messages that vanish (PROTOCOL §8.86 to §8.88): when each ends, and under which key what it says is kept. How it ends is in
 * `vanish.ts`.
 */
import { type AccountId, LIMITS, nearestLifetime } from '@sotto/wire'
import { touch } from '../groups/group-row.ts'
import { relayNowMs } from '../links/relay-time.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { type Life, VANISHED, VANISHED_COUNT, VANISHING, VANISHING_OF } from '../state/tables/vanishing.ts'
import { setTimer } from '../state/timers.ts'
import type { Saying } from './contents/content-kind.ts'
import { hasEnded, lifeNow } from './life-clock.ts'

type Rows = Pick<Context, 'transaction'>

export const lifeOf = ({ transaction }: Rows, group: string, message: string): Life | undefined => transaction.get(VANISHING, group, message)

/** The name of the key under which everything is kept that a message says. */
const keyOf = (group: string, message: string): string => `${group}/${message}`

/** The names of all keys that are wanted. */
export const keysOf = ({ transaction }: Rows): readonly string[] => transaction.scan(VANISHING).map(({ key }) => keyOf(key[0] ?? '', key[1] ?? ''))

/** Which key a record with the text of a message is kept under: for its write. `by`: of an edit, who said it. */
export function keptUnder(rows: Rows, group: string, message: string, by?: string): { readonly under?: string } {
  const life = lifeOf(rows, group, message)
  return life !== undefined && (life.isHere || textOf(life.account) === by) ? { under: keyOf(group, message) } : {}
}

/** Whether a message vanished: nothing of it is here, and nothing is written any more. */
export const hasVanished = ({ transaction }: Rows, group: string, message: string): boolean => transaction.get(VANISHED, group, message) !== undefined

/** Whether its end has come if the clock is right, or it is about to vanish: it is not shown. */
export function isPastEnd(rows: Rows, group: string, message: string): boolean {
  const life = lifeOf(rows, group, message)
  return life?.isHere === true && hasEnded(rows, life)
}

const lasts = (seconds: number): number => nearestLifetime(seconds) * 1000

/** A message of ours. Its time begins when it is sent; where it never is, it ends as late as one that nobody reads. */
export function beginOwn(context: Context, group: string, message: string, account: AccountId, seconds: number): void {
  const now = lifeNow(context)
  const endsMs = now + LIMITS.retentionMs + lasts(seconds)
  keepLife(context, group, message, { account, seconds, isOwn: true, isHere: true, isUnread: false, isStarted: false, bornMs: now, endsMs, isDoubted: false })
}

/**
 * Another's message came. Its time begins when it is on screen. Unread it lasts no longer than it does where it came as late as a relay has
 * it. `sentMs`: when it was sent, as far as is known. Returns false if it is past its end.
 */
export function beginTheirs(
  context: Context,
  group: string,
  message: string,
  { account, seconds, sentMs, isUnread }: { readonly account: AccountId; readonly seconds: number; readonly sentMs: number; readonly isUnread: boolean },
): boolean {
  if (hasVanished(context, group, message)) return false
  const now = lifeNow(context)
  const known = lifeOf(context, group, message)
  if (known?.isHere === true) return true
  const ageMs = Math.max(0, relayNowMs(context) - sentMs)
  const lastsMs = lasts(seconds)
  if (ageMs > LIMITS.retentionMs + lastsMs) return false
  const endsMs = now + lastsMs + Math.max(0, LIMITS.retentionMs - ageMs)
  keepLife(context, group, message, { account, seconds, isOwn: false, isHere: true, isUnread, isStarted: false, bornMs: now, endsMs, isDoubted: false })
  return true
}

/**
 * An edit of a message came that may not be here yet. Whose message it is, is known once that is here. Returns false if there is no room for
 * more of that member: nothing of the edit is kept.
 */
export function awaitMessage(context: Context, { group, account, isOwn }: Saying, message: string, seconds: number): boolean {
  if (hasVanished(context, group, message)) return false
  if (lifeOf(context, group, message) !== undefined) return true
  if ((context.transaction.get(VANISHING_OF, group, textOf(account)) ?? 0) >= LIMITS.vanishingOfMember) return false
  const now = lifeNow(context)
  const endsMs = now + LIMITS.retentionMs + lasts(seconds)
  keepLife(context, group, message, { account, seconds, isOwn, isHere: false, isUnread: false, isStarted: false, bornMs: now, endsMs, isDoubted: false })
  return true
}

/** The message is on screen, or was sent: what is left of its life begins. */
export function startLife(context: Context, group: string, message: string): void {
  const life = lifeOf(context, group, message)
  if (life === undefined || !life.isHere || life.isStarted || hasEnded(context, life)) return
  const now = lifeNow(context)
  // It was here now: that this time is right is all that its end hangs on.
  const endsMs = Math.min(life.endsMs, now + lasts(life.seconds))
  keepLife(context, group, message, { ...life, isUnread: false, isStarted: true, bornMs: now, endsMs })
  touch(context, group)
}

/** The person has seen everything that is here. */
export function startLives(context: Context, group: string): void {
  for (const { key, value } of context.transaction.scan(VANISHING, group)) if (!value.isOwn) startLife(context, group, key[1] ?? '')
}

function keepLife(context: Context, group: string, message: string, life: Life): void {
  const before = lifeOf(context, group, message)
  if (before !== undefined) count(context, group, before, -1)
  count(context, group, life, 1)
  context.transaction.put(VANISHING, [group, message], life)
  setTimer(context, 'vanishing', context.nowMs + Math.min(LIMITS.lifeClockLookMs, Math.max(0, life.endsMs - lifeNow(context))), 'earliest')
}

/** The row goes, and nothing is remembered of it. */
export function forgetLife(context: Context, group: string, message: string): void {
  const life = lifeOf(context, group, message)
  if (life === undefined) return
  count(context, group, life, -1)
  context.transaction.delete(VANISHING, group, message)
  context.eraseKeys.push(keyOf(group, message))
}

function count(context: Rows, group: string, { account }: Life, by: 1 | -1): void {
  const key = [group, textOf(account)]
  context.transaction.put(VANISHING_OF, key, Math.max(0, (context.transaction.get(VANISHING_OF, ...key) ?? 0) + by))
}

/** A member has more of them here than are kept of one: the one that ends next; undefined: it has not. */
export function oneTooMany(context: Context, group: string, account: AccountId): string | undefined {
  if ((context.transaction.get(VANISHING_OF, group, textOf(account)) ?? 0) <= LIMITS.vanishingOfMember) return undefined
  const theirs = context.transaction.scan(VANISHING, group).filter(({ value }) => textOf(value.account) === textOf(account))
  return theirs.reduce((a, b) => (b.value.endsMs < a.value.endsMs ? b : a)).key[1]
}

/** Remembers that a message vanished. Of too many, the oldest are forgotten. */
export function rememberVanished(context: Context, group: string, message: string): void {
  if (context.transaction.get(VANISHED, group, message) !== undefined) return
  context.transaction.put(VANISHED, [group, message], { atMs: lifeNow(context) })
  const many = (context.transaction.get(VANISHED_COUNT, group) ?? 0) + 1
  context.transaction.put(VANISHED_COUNT, [group], many)
  if (many > LIMITS.vanishedMessages) forgetVanished(context, group, many - Math.floor(LIMITS.vanishedMessages / 2))
}

function forgetVanished(context: Context, group: string, oldest: number): void {
  const all = context.transaction.scan(VANISHED, group).toSorted((a, b) => a.value.atMs - b.value.atMs)
  for (const { key } of all.slice(0, oldest)) context.transaction.delete(VANISHED, ...key)
  context.transaction.put(VANISHED_COUNT, [group], Math.max(0, all.length - oldest))
}

/** From time to time: what nothing could bring back any more is forgotten. */
export function expireVanished(context: Context): void {
  if (context.transaction.first(VANISHED) === undefined) return
  const before = lifeNow(context) - LIMITS.vanishedMs
  for (const [group, rows] of Map.groupBy(context.transaction.scan(VANISHED), ({ key }) => key[0] ?? '')) {
    const old = rows.filter(({ value }) => value.atMs < before).length
    if (old > 0) forgetVanished(context, group, old)
  }
}

/** After a start: builds what is derived from the rows. */
export function indexLives(context: Rows): void {
  for (const { key, value } of context.transaction.scan(VANISHING)) count(context, key[0] ?? '', value, 1)
  for (const [group, rows] of Map.groupBy(context.transaction.scan(VANISHED), ({ key }) => key[0] ?? ''))
    context.transaction.put(VANISHED_COUNT, [group], rows.length)
}
