/**
 * How messages vanish (PROTOCOL §8.89): everything that a message said goes from everything that is kept, with the key of its records, and
 * nothing that comes later brings it back.
 */
import { type AccountId, LIMITS } from '@sotto/wire'
import { dropLeft } from '../files/at-relay/drop.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { textOf } from '../state/names.ts'
import { type Life, ROWS_DUE, VANISHED_AWAY, VANISHING } from '../state/tables/vanishing.ts'
import { setTimer } from '../state/timers.ts'
import { countVanished } from './conversation.ts'
import { countNoLonger, findLastAnew } from './conversation-row.ts'
import { eraseOutgoing, removeLine } from './erase.ts'
import { rereadLast } from './last-message.ts'
import { hasEnded, hasSurelyEnded, lifeNow } from './life-clock.ts'
import { forgetLife, lifeOf, oneTooMany, rememberVanished } from './lives.ts'
import { changersOf, forgetChange } from './message-changes.ts'
import { textChanged } from './text-changed.ts'
import { emptyWaiting } from './waiting-texts.ts'

/** While a jump of the clock is doubted, how soon it is looked at again. */
const DOUBTED_AGAIN_MS = 15_000

/** Carries out what has ended, and plans the next end. */
export function endLives(context: Context): void {
  const now = lifeNow(context)
  let isAny = false
  for (const { key, value } of context.transaction.scan(VANISHING)) {
    const [group = '', message = ''] = key
    if (!hasEnded(context, value)) {
      if (value.isDoubted) showAgain(context, group, message, value)
    } else if (hasSurelyEnded(context, value)) {
      end(context, group, message, value)
      isAny = true
    } else if (!value.isDoubted) hide(context, group, message, value)
  }
  if (isAny) renewRows(context)
  const left = context.transaction.scan(VANISHING)
  if (left.length === 0) return
  const isDoubted = left.some(({ value }) => value.isDoubted)
  const nextMs = left.reduce((next, { value }) => (value.isDoubted ? next : Math.min(next, value.endsMs - now)), LIMITS.lifeClockLookMs)
  setTimer(context, 'vanishing', context.nowMs + Math.max(0, isDoubted ? Math.min(nextMs, DOUBTED_AGAIN_MS) : nextMs))
}

/** After a start. */
export function takeUpLives(context: Context): void {
  endLives(context)
  const due = context.transaction.get(ROWS_DUE, 'self')
  if (due !== undefined) context.effects.push({ kind: 'renewRows', number: due.number })
}

/** A message whose life has ended goes. */
function end(context: Context, group: string, message: string, life: Life): void {
  if (!life.isHere) {
    forgetChange(context, group, textOf(life.account), message)
    return forgetLife(context, group, message)
  }
  dropLeft(context, group, message)
  rememberVanished(context, group, message)
  for (const account of changersOf(context, group, message)) forgetChange(context, group, account, message)
  removeLine(context, group, message)
  if (life.isOwn) eraseOutgoing(context, group, message, { own: true, sealed: null })
  if (life.isUnread) noteUnreadEnd(context, group)
  forgetLife(context, group, message)
  emptyWaiting(context, group)
}

function noteUnreadEnd(context: Context, group: string): void {
  countNoLonger(context, group)
  countVanished(context, group)
}

/** A message came that is past its end: it is never shown. */
export function vanishUnseen(context: Context, group: string, message: string, isCounted: boolean): void {
  rememberVanished(context, group, message)
  if (isCounted) countVanished(context, group)
}

/** The person deleted it here: nobody waits for its end. An own message goes to the others as before, and needs its key for that. */
export function endHidden(context: Context, group: string, message: string): void {
  const life = lifeOf(context, group, message)
  if (life === undefined || life.isOwn || !life.isHere) return
  rememberVanished(context, group, message)
  forgetLife(context, group, message)
  renewRows(context)
}

/** Keeps how many one member's messages there are within the bound. */
export function endBeyondBound(context: Context, group: string, account: AccountId): void {
  const message = oneTooMany(context, group, account)
  const life = message === undefined ? undefined : lifeOf(context, group, message)
  if (message === undefined || life === undefined) return
  end(context, group, message, life)
  renewRows(context)
}

/** By the clock its end has come, and the clock may be wrong. */
function hide(context: Context, group: string, message: string, life: Life): void {
  context.transaction.put(VANISHING, [group, message], { ...life, isDoubted: true })
  if (!life.isHere) return
  textChanged(context, group, message, undefined)
  rereadLast(context, group)
}

/** It had not come: the clock was put right. */
function showAgain(context: Context, group: string, message: string, life: Life): void {
  context.transaction.put(VANISHING, [group, message], { ...life, isDoubted: false })
  if (!life.isHere) return
  findLastAnew(context, group)
  rereadLast(context, group)
}

/** What rows said of it opens, in what a disk has kept of them, until the keys of rows are replaced. */
function renewRows(context: Context): void {
  const number = nextNumber(context)
  context.transaction.put(ROWS_DUE, ['self'], { number })
  context.effects.push({ kind: 'renewRows', number })
}

/** The keys of rows were replaced, after that number was asked for. */
export function rowsRenewed(context: Context, number: number): void {
  if (context.transaction.get(ROWS_DUE, 'self')?.number === number) context.transaction.delete(ROWS_DUE, 'self')
}

/** The person has seen the line: what vanishes unread from now on gets another. */
export const awaySeen = (context: Context, group: string): void => context.transaction.delete(VANISHED_AWAY, group)
