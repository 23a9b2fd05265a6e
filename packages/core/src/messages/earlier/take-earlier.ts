/**
 * What a member passes on to this device, which is new (PROTOCOL §8.93, §13.74): its word for what others said. It is shown as that, is
 * in no count of unread messages, and replaces nothing.
 */
import { decode, equalBytes, LIMITS } from '@sotto/wire'
import type { HistoryRecord } from '../../contract/history.ts'
import { addFile, numberPart } from '../../files/file-rows.ts'
import { shownFileFrom } from '../../files/shown-file.ts'
import { rosterOf } from '../../groups/group-log.ts'
import { calledNow } from '../../groups/names.ts'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { type Sender, textOf } from '../../state/names.ts'
import { sortable } from '../../state/table.ts'
import { type Asking, EARLIER_ASKING, type PassedOn } from '../../state/tables/earlier.ts'
import { GROUP } from '../../state/tables/groups.ts'
import { messageRecord, type MessageRecord } from '../../state/tables/messages.ts'
import { READ } from '../../state/tables/self.ts'
import { takeUpChange } from '../carry-out-changes.ts'
import type { EarlierPage } from '../control-messages/earlier-page.ts'
import { placeOf } from '../conversation-order.ts'
import { messageHistory, saveMessage } from '../conversation.ts'
import { hasVanished } from '../lives.ts'
import { validMentions } from '../mentions.ts'
import { isHidden } from '../message-changes.ts'
import { nextPageRead } from '../page-reads.ts'
import { indexText } from '../search/due.ts'
import { askAnother, askForPage, endAskingForEarlier } from './ask-for-earlier.ts'

/** Takes a page of a device that was asked. What of it is here already is looked for first. */
export function takeEarlierPage(context: Context, from: Sender, { group: id, messages, next }: EarlierPage): void {
  const group = textOf(id)
  const row = context.transaction.get(EARLIER_ASKING, group)
  if (row === undefined || !row.asked.some((each) => equalBytes(each, from.device))) return
  const some = messages.slice(0, LIMITS.historyMessages - row.count).filter((each) => mayHaveBeenSaid(context, group, each))
  if (some.length === 0) return goOn(context, group, from, row, 0, next)
  // The next page is asked for when this one is saved: who stops before that asks for it again.
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'passedOn', group, by: from, messages: some, next })
  context.effects.push({
    kind: 'readHistory',
    read,
    query: { kind: 'byId', history: messageHistory(group), ids: some.map(({ message }) => textOf(message)) },
  })
}

/** So many more were taken of a device, which has others behind `next`; null: none. */
function goOn(context: Context, group: string, from: Sender, row: Asking, taken: number, next: EarlierPage['next']): void {
  const now: Asking = { ...row, times: 1, hasAnswered: true, beyond: next, count: row.count + taken }
  context.transaction.put(EARLIER_ASKING, [group], now)
  if (now.count >= LIMITS.historyMessages) return endAskingForEarlier(context, group)
  if (next !== null) return askForPage(context, group, from.device, now)
  if (now.count > 0) return endAskingForEarlier(context, group)
  void askAnother(context, group, now)
}

/** Nobody tells a person what it said itself, and only those who were ever in the group said anything there. */
function mayHaveBeenSaid(context: Context, group: string, { account }: PassedOn): boolean {
  if (equalBytes(account, selfOf(context).account)) return false
  const { members, departed } = rosterOf(context, group)
  return [...members, ...departed].some((each) => equalBytes(each.account, account))
}

/** Those that are not here yet are saved, and the next page is asked for: both or, where this device stops before, neither. */
export function passedOnRead(
  context: Context,
  group: string,
  { by, messages, next }: { readonly by: Sender; readonly messages: readonly PassedOn[]; readonly next: EarlierPage['next'] },
  records: readonly HistoryRecord[],
): void {
  const row = context.transaction.get(EARLIER_ASKING, group)
  if (row === undefined || context.transaction.get(GROUP, group)?.state !== 'member') return
  const here = new Set(records.filter(({ value }) => decode(messageRecord, value) !== undefined).map(({ id }) => id))
  // Other pages may have been taken meanwhile.
  const some = messages.slice(0, LIMITS.historyMessages - row.count)
  for (const each of some) {
    const id = textOf(each.message)
    const isKnown = here.has(id) || placeOf(context, group, each.message.slice(0, LIMITS.messageTagBytes))?.message === id
    if (!isKnown && !isHidden(context, group, id) && !hasVanished(context, group, id)) savePassedOn(context, group, by, row.sinceMs, each)
  }
  goOn(context, group, by, row, some.length, next)
}

function savePassedOn(context: Context, group: string, by: Sender, sinceMs: number, said: PassedOn): void {
  const id = textOf(said.message)
  // Whatever it says of the time: it was said before this device came, and stands above that.
  const timeMs = Math.min(said.timeMs, sinceMs - 1)
  const order = `${sortable(timeMs)}.${sortable(said.counter)}.${id.slice(0, 8)}.${sortable(0)}`
  const body: MessageRecord['body'] = {
    kind: 'text',
    text: said.text,
    mentions: [...validMentions(said.text, said.mentions)],
    replyTo: said.replyTo,
    forwarded: said.forwarded,
    files: said.files.map(({ shown }) => shownFileFrom(shown)),
  }
  saveMessage(context, group, {
    id,
    order,
    record: {
      account: said.account,
      called: calledNow(context, textOf(said.account)),
      own: false,
      timeMs,
      lateMs: null,
      saidMs: timeMs,
      state: 'none',
      resent: false,
      envelope: said.envelope,
      sealed: null,
      passedOnBy: by.account,
      body,
    },
  })
  indexText(context, group, { message: id, order, text: said.text })
  for (const [number, { key, root, shown }] of said.files.entries())
    addFile(context, [group, id, numberPart(number)], { key, root, sizeBytes: shown.sizeBytes, account: said.account })
  takeUpChange(context, group, id)
}
