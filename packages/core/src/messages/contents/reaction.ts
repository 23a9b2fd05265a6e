import { compareBytes, LIMITS, type MessageId, messageId, showsSomething, struct, text, utf8 } from '@sotto/wire'
import type { ReactionView } from '../../contract/message-view.ts'
import { isBlocked } from '../../groups/blocked.ts'
import { touch } from '../../groups/group-row.ts'
import { personOf } from '../../groups/names.ts'
import { isAfter } from '../../identity/clock.ts'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, textOf } from '../../state/names.ts'
import { REACTED, REACTION, type Reaction } from '../../state/tables/messages.ts'
import { contentKind, type Saying } from './content-kind.ts'
import { nextRevision, replaces, revisionNumber } from '../../identity/revision.ts'

/** An emoji that a member puts beside a message (PROTOCOL §13.24). A member has one for each message: the last one counts, and an empty one removes it. */
export const reaction = contentKind(
  { kind: 'reaction', number: 3, fields: struct({ message: messageId, revision: revisionNumber, emoji: text(LIMITS.emojiBytes) }) },
  {
    happens: (context, saying, { message, revision, emoji }) => {
      if (emoji === '' || isEmoji(emoji)) take(context, saying, textOf(message), { emoji, revision })
    },
    beside: (context, group, message) => ({ reactions: reactionsTo(context, group, message) }),
    started: (context) => {
      for (const { key } of context.transaction.scan(REACTION)) index(context, key)
    },
  },
)

/** What makes a character an emoji: a picture, half of a flag, or the frame of a keycap. A letter or a digit alone does not. */
const PICTURE = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]/u

/** ℹ counts as a letter, and is an emoji all the same. */
const LETTER = /[\p{L}--ℹ]/v

/** Whether a text is one emoji: a single character as people count them, however many it is made of. */
export function isEmoji(emoji: string): boolean {
  const characters = [...new Intl.Segmenter().segment(emoji)]
  return characters.length === 1 && PICTURE.test(emoji) && showsSomething(emoji) && !LETTER.test(emoji) && utf8(emoji).length <= LIMITS.emojiBytes
}

/** Keeps the last reaction of its author, in whatever order they arrive. A removed one is kept too: an earlier one may arrive late. */
function take(context: Context, { group, account, said }: Saying, message: string, what: Pick<Reaction, 'emoji' | 'revision'>): void {
  const key = [group, textOf(account), message]
  const before = context.transaction.get(REACTION, ...key)
  const now: Reaction = { ...what, timeMs: said.timeMs, counter: said.counter }
  if (before !== undefined && !replaces(now, before)) return
  context.transaction.put(REACTION, key, now)
  index(context, key)
  forgetOldest(context, group, textOf(account))
  touch(context, group)
}

/** What this device's person says next about a message by a reaction; an empty emoji removes the one that is there. */
export const reactionTo = (context: Context, group: string, message: MessageId, emoji: string) => ({
  kind: 'reaction' as const,
  message,
  revision: nextRevision(context.transaction.get(REACTION, group, textOf(selfOf(context).account), textOf(message))),
  emoji,
})

const index = (context: Context, [group = '', account = '', message = '']: readonly string[]): void =>
  context.transaction.put(REACTED, [group, message, account], true)

/** Bounds the reactions of one member: its oldest go first. */
function forgetOldest(context: Context, group: string, account: string): void {
  const made = context.transaction.scan(REACTION, group, account)
  if (made.length <= LIMITS.reactionsOfMember) return
  const [oldest] = made.toSorted((a, b) => (isAfter(a.value, b.value) ? 1 : -1))
  if (oldest === undefined) return
  context.transaction.delete(REACTION, ...oldest.key)
  context.transaction.delete(REACTED, group, oldest.key[2] ?? '', account)
}

/** A message is gone: nothing stays beside it. */
export function forgetReactions(context: Context, group: string, message: string): void {
  for (const { key } of context.transaction.scan(REACTED, group, message)) {
    context.transaction.delete(REACTION, group, key[2] ?? '', message)
    context.transaction.delete(REACTED, ...key)
  }
}

/** The reactions to a message. The emoji of most members comes first, then the one that was there first. */
function reactionsTo(context: Context, group: string, message: string): readonly ReactionView[] {
  const self = textOf(selfOf(context).account)
  const made = context.transaction.scan(REACTED, group, message).flatMap(({ key }) => {
    const account = key[2] ?? ''
    const found = context.transaction.get(REACTION, group, account, message)
    return found === undefined || found.emoji === '' || isBlocked(context, bytesOf(account)) ? [] : [{ account, ...found }]
  })
  const inOrder = made.toSorted((a, b) => (isAfter(a, b) ? 1 : isAfter(b, a) ? -1 : compareBytes(bytesOf(a.account), bytesOf(b.account))))
  return [...Map.groupBy(inOrder, ({ emoji }) => emoji)]
    .map(([emoji, by]) => ({
      emoji,
      people: by.filter(({ account }) => account !== self).map(({ account }) => personOf(context, bytesOf(account))),
      own: by.some(({ account }) => account === self),
      count: by.length,
    }))
    .toSorted((a, b) => b.count - a.count)
    .map(({ count: _count, ...view }) => view)
}
