/** Reacting to a message: what is offered, to what, and what a press means. */
import type { MessageView } from '@sotto/engine/api'

/** One emoji beside a message, and whose it is. */
export type Reaction = MessageView['reactions'][number]

/** Puts an emoji beside a message; null takes one's own back. */
export type OnReact = (message: MessageView, emoji: string | null) => Promise<void>

/** What the picker offers. */
export const OFFERED_EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const

/** What to ask for when somebody presses an emoji: it, or null where it is theirs already. */
export const emojiAfterPress = (reactions: readonly Reaction[], emoji: string): string | null =>
  reactions.some((reaction) => reaction.own && reaction.emoji === emoji) ? null : emoji

/** How many people put it there. */
export const countOf = ({ people, own }: Reaction): number => people.length + (own ? 1 : 0)

/** Whether it is offered to react to a message: to what somebody said, once others can have it. */
export function mayReactTo({ body, state }: Pick<MessageView, 'body' | 'state'>): boolean {
  if (body.kind === 'notice') return false
  switch (state) {
    case null:
    case 'sent':
    case 'delivered':
      return true
    case 'sending':
    case 'notSentRemoved':
    case 'notSentLeft':
      return false
  }
}
