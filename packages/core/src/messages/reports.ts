/** A member tells the admins of a message (PROTOCOL §8.43 to §8.45, §13.54). Its author and the others do not hear of it. */
import type { Roster } from '@sotto/membership'
import { type AccountId, decode, equalBytes, type GroupId, LIMITS, type MessageId, utf8 } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import type { ReportedHere } from '../contract/message-view.ts'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { isBlocked } from '../groups/blocked.ts'
import { rosterOf } from '../groups/group-log.ts'
import { groupRow } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import { isComparing } from '../sessions/is-comparing.ts'
import { keepPending } from '../sessions/pending-bodies.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type Sender, textOf } from '../state/names.ts'
import { type MessageRecord, messageRecord } from '../state/tables/messages.ts'
import { REPORTS } from '../state/tables/reports.ts'
import { type NextWithTexts, READ } from '../state/tables/self.ts'
import { report, type ReportMessage } from './control-messages/report.ts'
import { messageHistory, noteReport } from './conversation.ts'
import { nextPageRead } from './page-reads.ts'
import { type TextNow, type Texts, textNow, withTexts } from './text-now.ts'

/** Who hears of it: the admins, without its author and the one who reports. */
function adminsBeside(context: Context, group: string, author: AccountId): Roster['members'] {
  const { account } = selfOf(context)
  return rosterOf(context, group).members.filter((each) => each.role === 'admin' && ![account, author].some((other) => equalBytes(each.account, other)))
}

/** Reads the message. `answerReport` answers the request. */
export function reportMessage(
  context: Context,
  request: string,
  { group, message, words }: Extract<MachineRequest, { readonly kind: 'reportMessage' }>,
): EngineReply | undefined {
  const row = groupRow(context, group)
  if (row === undefined) return no('unknownGroup')
  if (row.state !== 'member') return no('notMember')
  const length = utf8(words).length
  if (length > LIMITS.reportWordsBytes) return no('textTooLong', { length, limit: LIMITS.reportWordsBytes })
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'report', request, group, words })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids: [message] } })
  return undefined
}

export function reportedRead(
  context: Context,
  group: string,
  { request, words }: { readonly request: string; readonly words: string },
  records: readonly HistoryRecord[],
): void {
  withTexts(context, group, records, { kind: 'report', request, words, records }, answerReport)
}

export function answerReport(
  context: Context,
  group: string,
  { request, words, records }: Extract<NextWithTexts, { readonly kind: 'report' }>,
  texts: Texts,
): void {
  context.effects.push({ kind: 'reply', request, reply: sayReport(context, group, words, records[0], texts) })
}

/** As it reads now: what was edited is reported with its last text, and what was deleted cannot be. */
function sayReport(context: Context, group: string, words: string, found: HistoryRecord | undefined, texts: Texts): EngineReply {
  const record = found === undefined ? undefined : decode(messageRecord, found.value)
  if (found === undefined || record === undefined || record.own) return no('unknownMessage')
  const now = textNow(context, group, found.id, record, texts)
  if (now === undefined || now.kind !== 'text') return no('unknownMessage')
  // It may have left the group while its message was read.
  if (groupRow(context, group)?.state !== 'member') return no('notMember')
  // Until then it knows who the admins are by the word of those who let it in.
  if (isComparing(context, group)) return no('notComparedYet')
  const admins = adminsBeside(context, group, record.account)
  if (admins.length === 0) return no('nobodyToReportTo')
  const counted = countReport(context, group, selfOf(context).account, bytesOf<MessageId>(found.id), LIMITS.reports)
  if (counted !== 'counted') return no(counted)
  const said = { group: bytesOf<GroupId>(group), message: bytesOf<MessageId>(found.id), author: record.account, text: now.text, words }
  for (const { devices } of admins) for (const { device } of devices) queueControlMessage(context, device, report, said)
  return ok()
}

/** Another member reports a message: what it quotes is that member's word. */
export function takeReport(context: Context, from: Sender, said: ReportMessage): void {
  const { message, author, text, words } = said
  const group = textOf(said.group)
  const roster = rosterOf(context, group)
  if (isBlocked(context, from.account) || equalBytes(author, from.account)) return
  const isNamed = [...roster.members, ...roster.departed].some(({ account }) => equalBytes(account, author))
  // What let the author in, or made this device's person an admin, may still be on its way.
  if (!isNamed || !roster.isAdmin(selfOf(context).account)) return keepPending(context, from, group, report, said)
  if (countReport(context, group, from.account, message, LIMITS.reportsHeard) !== 'counted') return
  noteReport(context, group, from.account, { message, author, text, words })
}

/** What this device has of the message that a report is about. A report is its sender's word, and says nothing that was signed. */
export function reportedHere(
  { author, text }: Extract<MessageRecord['body'], { readonly kind: 'reported' }>,
  record: MessageRecord | undefined,
  now: TextNow | undefined,
): ReportedHere {
  if (record === undefined || now === undefined) return 'notHere'
  if (!equalBytes(record.account, author)) return 'otherwise'
  if (now.kind === 'deleted') return 'deleted'
  const first = record.body.kind === 'text' ? record.body.text : now.text
  return text === now.text || text === first ? 'same' : 'otherwise'
}

/** Counts a message once, and so many of one member in a day. A window that began in the future is of a clock that has been put back. */
function countReport(context: Context, group: string, by: AccountId, message: MessageId, most: number): 'counted' | 'alreadyReported' | 'tooManyReports' {
  const key = [group, textOf(by)]
  const before = context.transaction.get(REPORTS, ...key)
  const isSameDay = before !== undefined && Math.abs(context.nowMs - before.fromMs) < LIMITS.reportsWithinMs
  const messages = isSameDay ? before.messages : []
  if (messages.some((each) => equalBytes(each, message))) return 'alreadyReported'
  if (messages.length >= most) return 'tooManyReports'
  context.transaction.put(REPORTS, key, { fromMs: isSameDay ? before.fromMs : context.nowMs, messages: [...messages, message] })
  return 'counted'
}
