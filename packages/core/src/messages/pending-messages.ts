/** Pending messages: durable at once, and sealed when this device has caught up (PROTOCOL §7). */
import { encode, type EnvelopeHash, isLifetime } from '@sotto/wire'
import { maySeal } from '../epochs/caught-up.ts'
import { awaitsOther } from '../groups/direct-chats.ts'
import { rosterOf } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { GROUP } from '../state/tables/groups.ts'
import { type MessageRecord, PENDING_MESSAGE } from '../state/tables/messages.ts'
import { type ContentBody, contentBody, happens, lineOf } from './contents/contents.ts'
import { SALT_BYTES, type VanishingBody } from './contents/vanishing.ts'
import { messageIdOf, type Placed, placeMessage, sayNow, wallMsOf } from './conversation-order.ts'
import { saveMessage } from './conversation.ts'
import { beginOwn } from './lives.ts'
import { indexText } from './search/due.ts'
import { sealPendingMessages } from './send.ts'

/** Makes a message pending. It is sent as soon as possible. Returns its id. */
export function intend(context: Context, group: string, body: ContentBody): string {
  const { account, device } = selfOf(context)
  const number = sortable(nextNumber(context))
  const said = sayNow(context, group)
  const id = messageIdOf(context, device, said, body)
  if (body.kind === 'vanishing' && lineOf(body) !== null) beginOwn(context, group, textOf(id), account, body.seconds)
  const line = writeLine(context, group, { id, end: `${textOf(device).slice(0, 8)}.${number}`, said }, body)
  const message = textOf(id)
  context.transaction.put(PENDING_MESSAGE, [group, number], { message, said, body: encode(contentBody, body), writtenMs: context.nowMs, again: null, line })
  if (line !== null) {
    saveMessage(context, group, { id: message, ...line })
    if (line.record.body.kind === 'text') indexText(context, group, { message, order: line.order, text: line.record.body.text })
  }
  happens(context, { group, id, account, device, isOwn: true, said }, body)
  return message
}

/** For how long something lasts that is said in a group, in seconds: as long as the group says, or shorter by choice. undefined: no such choice. */
export function lifetimeIn(context: Context, group: string, chosen: number | null): number | undefined {
  const { lifetimeSeconds } = rosterOf(context, group)
  if (chosen === null) return lifetimeSeconds
  return isLifetime(chosen) && (lifetimeSeconds === 0 || chosen <= lifetimeSeconds) ? chosen : undefined
}

/** What is said, so that it vanishes after so many seconds; 0: as it is. */
export const lasting = (context: Context, body: VanishingBody, seconds: number): ContentBody =>
  seconds === 0 ? body : { kind: 'vanishing', seconds, salt: context.provider.random(SALT_BYTES), said: body }

/** The message's line in our conversation, if it has one. */
function writeLine(
  context: Context,
  group: string,
  placed: Omit<Placed, 'line'>,
  content: ContentBody,
): { readonly order: string; readonly record: MessageRecord } | null {
  const body = lineOf(content)
  if (body === null) return null
  const { order, shownMs } = placeMessage(context, group, { ...placed, line: body })
  const { account } = selfOf(context)
  const envelope = new Uint8Array(32) as EnvelopeHash
  return {
    order,
    record: {
      account,
      called: { name: '', another: 0 },
      own: true,
      timeMs: shownMs,
      lateMs: null,
      saidMs: wallMsOf(placed.said),
      state: 'sending',
      resent: false,
      envelope,
      sealed: null,
      passedOnBy: null,
      body,
    },
  }
}

/** Seals pending messages, group by group, where that is possible now. */
export function flushPendingMessages(context: Context): void {
  if (context.transaction.first(PENDING_MESSAGE) === undefined) return
  for (const { key } of context.transaction.scan(GROUP)) {
    const [group = ''] = key
    if (context.transaction.first(PENDING_MESSAGE, group) !== undefined && maySeal(context, group) && !awaitsOther(context, group))
      sealPendingMessages(context, group)
  }
}
