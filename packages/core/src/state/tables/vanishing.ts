/** Rows of messages that vanish (PROTOCOL §8.86 to §8.91). Times are of the clock of lives (`messages/life-clock.ts`) and no wall clock's. */
import { accountId, boolean, type Decoded, optional, struct, text, uint32, uint48 } from '@sotto/wire'
import { durable, volatile } from '../table.ts'

const life = struct({
  /** Who said it. */
  account: accountId,
  seconds: uint32,
  isOwn: boolean,
  /** The message is here. Else an edit of it came, by that account, which ends by itself. */
  isHere: boolean,
  /** It is counted as unread. */
  isUnread: boolean,
  /** It was on screen, or the own message was sent. */
  isStarted: boolean,
  /** Since when its end counts. */
  bornMs: uint48,
  endsMs: uint48,
  /** Its end has come if the clock is right: it is not shown, and not erased either. */
  isDoubted: boolean,
})

export type Life = Decoded<typeof life>

/** Messages that will vanish. While there is a row, what they say is sealed under a key of their own. Key: group, message id. */
export const VANISHING = durable('vanishing', life, { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** How many rows there are of a member. Key: group, account. */
export const VANISHING_OF = volatile<number>('vanishingOf', { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Messages that vanished, and do not come back. Key: group, message id. */
export const VANISHED = durable('vanished', struct({ atMs: uint48 }), { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** How many of them there are. Key: group. */
export const VANISHED_COUNT = volatile<number>('vanishedCount', { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** The line that says how many vanished unread since the person last looked: its id and place. Key: group. */
export const VANISHED_AWAY = durable('vanishedAway', struct({ count: uint32, id: text(64), order: text(96), atMs: uint48 }), {
  scope: 'group',
  owner: 'messages',
  outlasts: 'membership',
})

const lifeClock = struct({
  elapsedMs: uint48,
  /** The wall clock then. */
  lastMs: uint48,
  /** How far it jumped ahead, and where the clock of lives was after that. */
  doubt: optional(struct({ ms: uint48, fromMs: uint48 })),
})

export type LifeClock = Decoded<typeof lifeClock>

/** Key: `self`. */
export const LIFE_CLOCK = durable('lifeClock', lifeClock, { scope: 'self', owner: 'messages' })

/** Something vanished, and what rows said of it opens until their keys are replaced. Key: `self`. */
export const ROWS_DUE = durable('rowsDue', struct({ number: uint48 }), { scope: 'self', owner: 'messages' })
