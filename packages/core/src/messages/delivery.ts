/** The states of an own message: sending until a relay or a member's device has it, then sent, then delivered (PROTOCOL §7). */
import { hasNumber } from '@sotto/sync'
import { type EnvelopeHash, equalBytes } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { SENT, UNCONFIRMED } from '../state/tables/messages.ts'
import { HOLDER } from '../state/tables/sender-keys.ts'
import { saveMessage } from './conversation.ts'

/** A member's device has these messages of ours. */
export function markSent(context: Context, group: string, epoch: string, envelopes: readonly EnvelopeHash[]): void {
  const there = new Set(envelopes.map(textOf))
  // Of those that nobody is known to have: while others are away thousands of rows are kept.
  for (const { key } of context.draft.scan(UNCONFIRMED, group, epoch)) {
    const sent = context.draft.get(SENT, ...key)
    if (sent !== undefined && there.has(textOf(sent.envelope))) setState(context, group, key, 'sent')
  }
}

/** The relay acknowledged the record at this place. */
export function markStored(context: Context, group: string, epoch: string, generation: number, iteration: number): void {
  const key = [group, epoch, String(generation), sortable(iteration)]
  if (context.draft.get(SENT, ...key)?.record.state === 'sending') setState(context, group, key, 'sent')
}

function setState(context: Context, group: string, key: readonly string[], state: 'sent' | 'delivered'): void {
  const sent = context.draft.get(SENT, ...key)
  if (sent === undefined) return
  const record = { ...sent.record, state }
  noteConfirmed(context, key)
  if (state === 'delivered') context.draft.delete(SENT, ...key)
  else context.draft.put(SENT, [...key], { ...sent, record })
  saveMessage(context, group, { id: sent.message, order: sent.order, record })
}

/** A device opened some of our messages: where a device of every other member has, a message is delivered. */
export function markOpened(context: Context, group: string, epoch: string, generation: number): void {
  const roster = rosterOf(context, group)
  const own = selfOf(context).account
  const holding = context.draft.scan(HOLDER, group, epoch, String(generation)).flatMap(({ key, value }) => {
    const account = roster.accountOf(bytesOf(key[3] ?? ''))
    const isCounted = account !== undefined && roster.isMember(account) && !equalBytes(account, own)
    return isCounted ? [{ account: textOf(account), fromIteration: value.fromIteration, opened: value.opened }] : []
  })
  for (const { key, value } of context.draft.scan(SENT, group, epoch, String(generation))) {
    const iteration = Number.parseInt(key[3] ?? '', 36)
    const reached = new Set<string>()
    const meant = new Set<string>()
    for (const { account, fromIteration, opened } of holding) {
      if (fromIteration > iteration) continue
      meant.add(account)
      if (hasNumber(opened, iteration)) reached.add(account)
    }
    if (meant.size > 0 && reached.size === meant.size) setState(context, group, key, 'delivered')
    else if (reached.size > 0 && value.record.state === 'sending') setState(context, group, key, 'sent')
  }
}

/** `key`: that of a message's row in SENT. */
export const noteUnconfirmed = (context: Pick<Context, 'draft'>, key: readonly string[]): void => context.draft.put(UNCONFIRMED, key, true)

/** Somebody has it. */
const noteConfirmed = (context: Pick<Context, 'draft'>, key: readonly string[]): void => context.draft.delete(UNCONFIRMED, ...key)

/** After a start. */
export function indexUnconfirmed(context: Pick<Context, 'draft'>): void {
  for (const { key } of context.draft.scan(UNCONFIRMED)) noteConfirmed(context, key)
  for (const { key, value } of context.draft.scan(SENT)) if (value.record.state === 'sending') noteUnconfirmed(context, key)
}
