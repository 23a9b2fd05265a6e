/** Reacting to a message: the offered emoji, the messages that allow it, and the effect of a press. */
import type { MessageView } from '@sotto/engine/api'

/** One emoji beside a message, and the people who put it there. */
export type Reaction = MessageView['reactions'][number]

/** Puts an emoji beside a message; null takes one's own back. */
export type OnReact = (message: MessageView, emoji: string | null) => Promise<void>

/** The emoji that the picker offers. */
export const OFFERED_EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const

/** What to request when a person presses an emoji: the emoji, or null if it is already theirs. */
export const emojiAfterPress = (reactions: readonly Reaction[], emoji: string): string | null =>
  reactions.some((reaction) => reaction.own && reaction.emoji === emoji) ? null : emoji

/** How many people put it there. */
export const countOf = ({ people, own }: Reaction): number => people.length + (own ? 1 : 0)

/** Whether a reaction to a message is offered: to a text, once others can have it. */
export function mayReactTo({ body, state }: Pick<MessageView, 'body' | 'state'>): boolean {
  if (body.kind !== 'text') return false
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
