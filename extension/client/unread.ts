/** How many messages wait, as the badge and the title of a page say it. */
import type { GroupView } from '@sotto/engine/api'

export const isMuted = ({ mutedUntilMs }: Pick<GroupView, 'mutedUntilMs'>, nowMs: number): boolean => mutedUntilMs !== null && nowMs < mutedUntilMs

/** Unread messages of all conversations but the muted ones. */
export const unreadOf = (groups: readonly GroupView[], nowMs: number): number =>
  groups.reduce((sum, group) => (isMuted(group, nowMs) ? sum : sum + group.unread), 0)

/** The most that a badge names: more has no room there. */
const MOST_COUNTED = 99

/** A number as the badge shows it. */
export const countText = (count: number): string => (count > MOST_COUNTED ? `${MOST_COUNTED}+` : String(count))
