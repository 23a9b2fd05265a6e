/** The emoji that the person chose last, to be offered first. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { RECENT_EMOJI } from '../state/tables/self.ts'

export const recentEmoji = ({ transaction }: Pick<Context, 'transaction'>): readonly string[] => transaction.get(RECENT_EMOJI, 'self') ?? []

export function noteEmoji({ transaction }: Pick<Context, 'transaction'>, emoji: string): void {
  const before = recentEmoji({ transaction })
  if (before[0] !== emoji) transaction.put(RECENT_EMOJI, ['self'], [emoji, ...before.filter((each) => each !== emoji)].slice(0, LIMITS.recentEmoji))
}
