/** How many messages wait, as the badge and the title of a page say it. */
import type { GroupView } from '@sotto/engine/api'

/** Unread messages of all conversations. */
export const unreadOf = (groups: readonly GroupView[]): number => groups.reduce((sum, { unread }) => sum + unread, 0)

/** The most that a badge names: more has no room there. */
const MOST_COUNTED = 99

/** A number as the badge shows it. */
export const countText = (count: number): string => (count > MOST_COUNTED ? `${MOST_COUNTED}+` : String(count))
