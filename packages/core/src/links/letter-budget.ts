/**
 * What letters that nobody can read may cost (PROTOCOL §7). A record does not name its author, so each contact's sessions are
 * tried on it. A connection may send only so many that open nothing, and all connections that proved no epoch share one
 * budget for trying every contact: it costs them nothing to come again under another peer id.
 */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { PEER, UNPROVED_LETTERS } from '../state/tables/links.ts'

/** So many unreadable letters are left; one more for each `unreadableLetterMs` since. */
export interface LetterBudget {
  readonly left: number
  readonly atMs: number
}

/** An unused budget. */
export const fullBudget = (most: number, nowMs: number): LetterBudget => ({ left: most, atMs: nowMs })

function refilled({ left, atMs }: LetterBudget, most: number, nowMs: number): LetterBudget {
  if (nowMs < atMs) return { left, atMs: nowMs }
  const more = Math.floor((nowMs - atMs) / LIMITS.unreadableLetterMs)
  return more === 0 ? { left, atMs } : { left: Math.min(most, left + more), atMs: atMs + more * LIMITS.unreadableLetterMs }
}

/** On whom a letter from a peer is tried: not at all, on the device that seems to be behind the connection, or on every contact. */
export type Trial = 'none' | 'likely' | 'all'

export function trialFor(context: Context, peer: string): Trial {
  const link = context.transaction.get(PEER, peer)
  if (link === undefined || refilled(link.unreadable, LIMITS.unreadableLetters, context.nowMs).left <= 0) return 'none'
  return link.epochs.length > 0 || unprovedBudget(context).left > 0 ? 'all' : 'likely'
}

const unprovedBudget = (context: Context): LetterBudget => {
  const most = LIMITS.unprovedUnreadableLetters
  return refilled(context.transaction.get(UNPROVED_LETTERS, 'self') ?? fullBudget(most, context.nowMs), most, context.nowMs)
}

/** A letter from a peer opened nothing. */
export function noteUnreadable(context: Context, peer: string, trial: Trial): void {
  const link = context.transaction.get(PEER, peer)
  if (link === undefined || trial === 'none') return
  const own = refilled(link.unreadable, LIMITS.unreadableLetters, context.nowMs)
  context.transaction.put(PEER, [peer], { ...link, unreadable: { ...own, left: own.left - 1 } })
  if (link.epochs.length > 0 || trial !== 'all') return
  const all = unprovedBudget(context)
  context.transaction.put(UNPROVED_LETTERS, ['self'], { ...all, left: all.left - 1 })
}

/** A device's letter came over this connection: its next ones are tried on its session first. */
export function noteWriterOf(context: Context, peer: string, device: string): void {
  const link = context.transaction.get(PEER, peer)
  if (link !== undefined && link.writer !== device) context.transaction.put(PEER, [peer], { ...link, writer: device })
}
