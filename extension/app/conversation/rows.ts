/** A conversation as rows: messages with day separators, grouped by successive messages of one sender. */
import type { MessageView } from '@sotto/engine/api'
import { dayOf } from '../text/times.ts'

/** A pause after which the same sender's next message starts a new group. A guess: what reads as one piece. */
const GROUP_PAUSE_MS = 5 * 60 * 1000

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'notice'; readonly key: string; readonly message: MessageView }
  | {
      readonly kind: 'message'
      readonly key: string
      readonly message: MessageView
      /** First of its sender's group: shows the name. */
      readonly first: boolean
      /** Last of its group: shows the picture and the time. */
      readonly last: boolean
      /** Whether the state is shown under it: only if the next own message does not show the same. */
      readonly showsState: boolean
    }

/** Whether a line is something that a person said. */
const isSaid = ({ body }: MessageView): boolean => body.kind === 'text' || body.kind === 'deleted'

const groupsWith = (earlier: MessageView, later: MessageView): boolean =>
  isSaid(earlier) &&
  isSaid(later) &&
  earlier.account === later.account &&
  dayOf(earlier.atMs) === dayOf(later.atMs) &&
  Math.abs(later.atMs - earlier.atMs) <= GROUP_PAUSE_MS

/**
 * Lays messages out as rows.
 * @param messages oldest first
 * @param firstUnread id of the message below the mark for new messages; null: no mark
 * @param nowMs what lies ahead of this is of its day
 */
export function rowsOf(messages: readonly MessageView[], firstUnread: string | null, nowMs = Number.POSITIVE_INFINITY): readonly Row[] {
  const rows: Row[] = []
  let day: string | null = null
  for (const [index, message] of messages.entries()) {
    const messageDay = dayOf(Math.min(message.atMs, nowMs))
    if (messageDay !== day) {
      day = messageDay
      // Keyed by the message too: clocks differ, so a day can come back further down.
      rows.push({ kind: 'day', key: `day ${messageDay} ${message.id}`, atMs: message.atMs })
    }
    if (message.id === firstUnread) rows.push({ kind: 'unread', key: 'unread' })
    if (!isSaid(message)) {
      rows.push({ kind: 'notice', key: message.id, message })
      continue
    }
    const previous = messages[index - 1]
    const next = messages[index + 1]
    const last = next === undefined || next.id === firstUnread || !groupsWith(message, next)
    rows.push({
      kind: 'message',
      key: message.id,
      message,
      first: previous === undefined || message.id === firstUnread || !groupsWith(previous, message),
      last,
      showsState: message.state !== null && (last || next.state !== message.state),
    })
  }
  return rows
}

/** The first row from an index on that stays the same row when older messages come. A day's separator may then move up. */
export const steadyRowFrom = (rows: readonly Row[], index: number): Row | undefined => rows.slice(index).find(({ kind }) => kind !== 'day')

/** What was read before the unread messages came (`GroupView.readUpTo`). */
type ReadUpTo = { readonly order: string; readonly atMs: number } | null

/**
 * The message below the mark for new messages: the oldest one of another that came since everything was read, be it late. If that is
 * not known, the oldest of the newest `unread` ones. Null if nothing is unread, or if none of them is among `messages`.
 */
export function firstUnreadOf(messages: readonly MessageView[], unread: number, readUpTo: ReadUpTo): string | null {
  const ofOthers = messages.filter(({ own, body }) => !own && body.kind === 'text')
  if (unread === 0) return null
  if (readUpTo === null) return ofOthers.at(-Math.min(unread, ofOthers.length))?.id ?? null
  return ofOthers.find(({ order, lateMs }) => order > readUpTo.order || (lateMs !== null && lateMs >= readUpTo.atMs))?.id ?? null
}
