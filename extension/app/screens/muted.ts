import type { GroupView } from '@sotto/engine/api'

/** An end that is farther away than this is none: mutes last a week at most, or for ever. */
const FAR_AWAY_MS = 366 * 24 * 60 * 60 * 1000

/** Whether a conversation makes no noise now, and until when: null is for ever. */
export function muteOf({ mutedUntilMs }: Pick<GroupView, 'mutedUntilMs'>, nowMs: number): { readonly isMuted: boolean; readonly untilMs: number | null } {
  const isMuted = mutedUntilMs !== null && mutedUntilMs > nowMs
  return { isMuted, untilMs: isMuted && mutedUntilMs - nowMs < FAR_AWAY_MS ? mutedUntilMs : null }
}
