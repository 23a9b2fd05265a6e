/**
 * What this device was sent is passed on to a new member that asks, as far back as the group wants (PROTOCOL §8.92, §13.75): page by page, as it
 * reads now. Nothing that vanishes, and nothing that was itself passed on.
 */
import { decode, encode, type GroupId, LIMITS, type MessageId } from '@sotto/wire'
import type { HistoryRecord } from '../../contract/history.ts'
import { filesOf, keyOf } from '../../files/file-rows.ts'
import { rosterOf } from '../../groups/group-log.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import { isComparing } from '../../sessions/is-comparing.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, type Sender, textOf } from '../../state/names.ts'
import { EARLIER_GIVEN, passedOn, type PassedOn } from '../../state/tables/earlier.ts'
import { GROUP } from '../../state/tables/groups.ts'
import { messageRecord } from '../../state/tables/messages.ts'
import { type NextWithTexts, READ } from '../../state/tables/self.ts'
import { earlierPage } from '../control-messages/earlier-page.ts'
import type { EarlierRequest } from '../control-messages/earlier-request.ts'
import { messageHistory } from '../conversation.ts'
import { lifeOf } from '../lives.ts'
import { nextPageRead } from '../page-reads.ts'
import { textNow, type TextNow, type Texts, withTexts } from '../text-now.ts'

const DAY_MS = 86_400_000
/** As places are written (`orderOf`), so that what a stranger made up is looked for nowhere. */
const PLACE = /^[\w.-]{1,96}$/

/** A new member asks. The page is read, and `passOn` sends it. */
export function answerEarlierRequest(context: Context, from: Sender, { group: id, beyond }: EarlierRequest): void {
  const group = textOf(id)
  if (context.transaction.get(GROUP, group)?.state !== 'member' || isComparing(context, group)) return
  if (beyond !== null && !PLACE.test(beyond)) return
  const { days, messages } = rosterOf(context, group).history
  if (days + messages === 0) return
  noteAsked(context, group, from, beyond)
  if (mayStillGo(context, group, from) === 0) return
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'earlier', group, to: from })
  context.effects.push({
    kind: 'readHistory',
    read,
    query: { kind: 'page', history: messageHistory(group), beyond, direction: 'older', limit: LIMITS.historyPage },
  })
}

/** A page that is asked for once more counts once. */
function noteAsked(context: Context, group: string, { device }: Sender, beyond: string | null): void {
  const key = [group, textOf(device)] as const
  const row = context.transaction.get(EARLIER_GIVEN, ...key)
  const isSameDay = row !== undefined && Math.abs(context.nowMs - row.fromMs) < DAY_MS
  const given = isSameDay ? row : { fromMs: context.nowMs, beyond: null, before: 0, sinceBegun: 0, inAll: 0 }
  const before = beyond === null ? 0 : beyond === given.beyond ? given.before : given.sinceBegun
  context.transaction.put(EARLIER_GIVEN, key, { ...given, beyond, before, sinceBegun: before })
}

/** How many messages may still go to a device: as many as the group wants, and no more than a bound on all that it asks for in a day. */
function mayStillGo(context: Context, group: string, { device }: Sender): number {
  const { days, messages } = rosterOf(context, group).history
  const given = context.transaction.get(EARLIER_GIVEN, group, textOf(device))
  if (days + messages === 0 || given === undefined) return 0
  const most = messages > 0 ? messages : LIMITS.historyMessages
  return Math.max(0, Math.min(most - given.sinceBegun, LIMITS.historyTimes * LIMITS.historyMessages - given.inAll))
}

/** The page has been read: so are the texts that these messages have now. */
export const earlierRead = (context: Context, group: string, to: Sender, records: readonly HistoryRecord[]): void =>
  withTexts(context, group, records, { kind: 'earlier', to, records }, passOn)

/** The group may want something else by now, or its member be none. */
export function passOn(context: Context, group: string, { to, records }: Extract<NextWithTexts, { readonly kind: 'earlier' }>, texts: Texts): void {
  const roster = rosterOf(context, group)
  if (context.transaction.get(GROUP, group)?.state !== 'member' || roster.deviceOf(to.device) === undefined) return
  const most = mayStillGo(context, group, to)
  const sinceMs = roster.history.days > 0 ? context.nowMs - roster.history.days * DAY_MS : 0
  const messages: PassedOn[] = []
  let bytes = 0
  let next: string | null = null
  for (const each of records) {
    const said = passedOnFrom(context, group, each, texts)
    // Places are in the order of times, but for clocks that are wrong.
    if (messages.length === most || (said !== undefined && said.timeMs < sinceMs)) {
      next = null
      break
    }
    const length = said === undefined ? 0 : encode(passedOn, said).length
    if (messages.length > 0 && bytes + length > LIMITS.historyPageBytes) break
    next = records.length < LIMITS.historyPage && each === records.at(-1) ? null : each.order
    bytes += length
    if (said !== undefined) messages.push(said)
  }
  const key = [group, textOf(to.device)] as const
  const given = context.transaction.get(EARLIER_GIVEN, ...key)
  if (given === undefined || most === 0) return
  context.transaction.put(EARLIER_GIVEN, key, { ...given, sinceBegun: given.sinceBegun + messages.length, inAll: given.inAll + messages.length })
  queueControlMessage(context, to.device, earlierPage, { group: bytesOf<GroupId>(group), messages, next: messages.length === most ? null : next })
}

/** undefined: it is no message that is passed on. */
function passedOnFrom(context: Context, group: string, { id, order, value }: HistoryRecord, texts: Texts): PassedOn | undefined {
  const record = decode(messageRecord, value)
  if (record?.body.kind !== 'text' || record.passedOnBy !== null || !isSaid(record.state) || lifeOf(context, group, id) !== undefined) return undefined
  const now = textNow(context, group, id, record, texts)
  if (now?.kind !== 'text') return undefined
  const [timeMs = 0, counter = 0] = order.split('.', 2).map((part) => Number.parseInt(part, 36))
  const said: PassedOn = {
    message: bytesOf<MessageId>(id),
    account: record.account,
    timeMs,
    counter,
    envelope: record.envelope,
    text: now.text,
    mentions: now.mentions,
    replyTo: record.body.replyTo,
    forwarded: record.body.forwarded,
    files: describedOf(context, group, id, now.files),
  }
  return encode(passedOn, said).length <= LIMITS.historyPageBytes ? said : { ...said, files: said.files.map(withoutThumbnail) }
}

/** What is still being sent, or never will be, nobody has. */
const isSaid = (state: string): boolean => state === 'none' || state === 'sent' || state === 'delivered'

/** Files whose keys are here, which may be fewer than are shown: each by its number in the message. */
const describedOf = (context: Context, group: string, message: string, shown: Extract<TextNow, { readonly kind: 'text' }>['files']): PassedOn['files'] =>
  filesOf(context, group, message).flatMap(({ key: [, , number], row }) => {
    const each = shown[Number.parseInt(number, 36)]
    return each === undefined ? [] : [{ key: keyOf(row), root: row.root, shown: each }]
  })

const withoutThumbnail = ({ shown, ...file }: PassedOn['files'][number]): PassedOn['files'][number] => ({
  ...file,
  shown: { ...shown, picture: shown.picture === null ? null : { ...shown.picture, thumbnail: new Uint8Array() } },
})
