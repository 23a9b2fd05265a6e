/**
 * What the person chose for a conversation on this device: pinned, muted, archived, marked as unread (PROTOCOL §7.43–7.45).
 * Nothing of it leaves the device. Nothing chosen: no row.
 */
import { LIMITS } from '@sotto/wire'
import type { EngineReply, GroupView } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { groupRow } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { CONVERSATION_CHOICES, type ConversationChoices } from '../state/tables/messages.ts'
import { markRead } from './conversation-row.ts'

const NOTHING_CHOSEN: ConversationChoices = { pinned: null, mutedUntilMs: null, isArchived: false, isMarkedUnread: false }

const MINUTE_MS = 60_000

type Rows = Pick<Context, 'transaction'>

const choicesOf = ({ transaction }: Rows, group: string): ConversationChoices => transaction.get(CONVERSATION_CHOICES, group) ?? NOTHING_CHOSEN

/** What pages show of it. */
export function chosenView(rows: Rows, group: string): Pick<GroupView, 'isPinned' | 'mutedUntilMs' | 'isArchived' | 'isMarkedUnread'> {
  const { pinned, ...others } = choicesOf(rows, group)
  return { isPinned: pinned !== null, ...others }
}

/** Its turn in the list: pinned ones come first, in the order in which they were pinned. */
export const turnOf = (rows: Rows, group: string): number => choicesOf(rows, group).pinned ?? LIMITS.foreverMs

function choose({ transaction }: Rows, group: string, what: Partial<ConversationChoices>): void {
  const next = { ...choicesOf({ transaction }, group), ...what }
  const isAny = next.pinned !== null || next.mutedUntilMs !== null || next.isArchived || next.isMarkedUnread
  if (isAny) transaction.put(CONVERSATION_CHOICES, [group], next)
  else transaction.delete(CONVERSATION_CHOICES, group)
}

export type ChoosingRequest = Extract<MachineRequest, { readonly kind: 'setPinned' | 'mute' | 'setArchived' | 'markUnread' | 'markRead' }>

export function chooseForConversation(context: Context, what: ChoosingRequest): EngineReply {
  const { group } = what
  if (groupRow(context, group) === undefined) return no('unknownGroup')
  switch (what.kind) {
    case 'setPinned':
      // The ones that were pinned earlier stay above. Local numbers do not depend on a clock.
      if (what.isPinned !== (choicesOf(context, group).pinned !== null)) choose(context, group, { pinned: what.isPinned ? nextNumber(context) : null })
      return ok()
    case 'mute': {
      const { minutes } = what
      if (minutes !== null && (!Number.isInteger(minutes) || minutes < 0 || minutes > LIMITS.muteMostMinutes)) return no('badRequest')
      const untilMs = minutes === null ? LIMITS.foreverMs : context.nowMs + minutes * MINUTE_MS
      choose(context, group, { mutedUntilMs: minutes === 0 ? null : untilMs })
      return ok()
    }
    case 'setArchived':
      choose(context, group, { isArchived: what.isArchived })
      return ok()
    case 'markUnread':
      choose(context, group, { isMarkedUnread: true })
      return ok()
    case 'markRead':
      markRead(context, group)
      choose(context, group, { isMarkedUnread: false })
      return ok()
  }
}

/** An end that lies farther ahead than anybody could choose was made by a clock that has been put back since. */
const isMuted = ({ mutedUntilMs }: ConversationChoices, nowMs: number): boolean =>
  mutedUntilMs === LIMITS.foreverMs || (mutedUntilMs !== null && mutedUntilMs > nowMs && mutedUntilMs <= nowMs + LIMITS.muteMostMinutes * MINUTE_MS)

/** Another member's message came: an archived conversation is back in the list, unless it is muted. */
export function bringBack(context: Context, group: string): void {
  const choices = choicesOf(context, group)
  if (choices.isArchived && !isMuted(choices, context.nowMs)) choose(context, group, { isArchived: false })
}

/** Something came that is no message, and that the person should see. */
export function remind(context: Context, group: string): void {
  choose(context, group, { isMarkedUnread: true })
  bringBack(context, group)
}

/** Deletes what muted conversations until now. */
export function expireMutes(context: Context): void {
  for (const { key, value } of context.transaction.scan(CONVERSATION_CHOICES))
    if (value.mutedUntilMs !== null && !isMuted(value, context.nowMs)) choose(context, key[0] ?? '', { mutedUntilMs: null })
}
