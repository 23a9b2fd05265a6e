/**
 * Edits and deletions as rows (PROTOCOL §8.30, §8.31). They come in any order, also before the message that they are about, and
 * anyone can name any message: whether a change is its author's to make is known once the message is here.
 */
import { type Decoded, encode, LIMITS, struct, text as textCodec } from '@sotto/wire'
import { touch } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import { type Context, tell } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { CHANGED, HIDDEN, MESSAGE_CHANGE, type MessageChange, type Version } from '../state/tables/message-changes.ts'
import { mentionList, type MessageRecord } from '../state/tables/messages.ts'
import type { Saying } from './contents/content-kind.ts'
import { hasVanished, isPastEnd, keptUnder } from './lives.ts'
import { nextRevision, replaces } from '../identity/revision.ts'

type Rows = Pick<Context, 'transaction'>

/** The name of the history of the texts of edits. */
export const editHistory = (group: string): string => `edits/${group}`

/** A text's record there. */
export const editedText = struct({ text: textCodec(LIMITS.textBytes), mentions: mentionList })

export type EditedText = Decoded<typeof editedText>

export const editId = (message: string, account: string, { timeMs, counter }: Version): string =>
  `${message}/${account}/${sortable(timeMs)}.${sortable(counter)}`

const UNCHANGED: MessageChange = { versions: [], deleted: false, atMs: 0, isDue: false }

const isSame = (a: Version, b: Version): boolean => a.timeMs === b.timeMs && a.counter === b.counter

/** An edit as it is said: which message has which text, and which of its author's edits of it this is. */
interface Edited extends EditedText {
  readonly message: string
  readonly revision: number
}

/** The number of an edit of this device's person that comes after all that it knows of a message. */
export const nextEdit = (context: Context, group: string, message: string): number =>
  nextRevision(context.transaction.get(MESSAGE_CHANGE, group, textOf(selfOf(context).account), message)?.versions.at(-1))

/** A member says that the text of a message is another now. Its newest edits are kept. */
export function takeEdit(context: Context, { group, account, said }: Saying, { message, revision, ...text }: Edited): void {
  const by = textOf(account)
  const before = context.transaction.get(MESSAGE_CHANGE, group, by, message) ?? UNCHANGED
  const now: Version = { revision, timeMs: said.timeMs, counter: said.counter, wallMs: Math.max(0, said.timeMs - (said.leadMs ?? 0)) }
  if (before.deleted || isErased(context, group, message) || before.versions.some((each) => isSame(each, now))) return
  const all = [...before.versions, now].toSorted((a, b) => (replaces(a, b) ? 1 : -1))
  const versions = all.slice(-LIMITS.editsOfMessage)
  for (const each of all) if (!versions.includes(each) && each !== now) forgetText(context, group, message, by, each)
  if (!versions.includes(now)) return
  context.histories.push({
    history: editHistory(group),
    id: editId(message, by, now),
    order: sortable(now.timeMs),
    value: encode(editedText, text),
    ...keptUnder(context, group, message, by),
  })
  change(context, group, by, message, { ...before, versions, isDue: true })
}

/** A member says that it deleted a message for everyone: whatever it wrote there goes, and nothing that comes later brings it back. */
export function takeDeletion(context: Context, { group, account }: Saying, message: string): void {
  const by = textOf(account)
  const before = context.transaction.get(MESSAGE_CHANGE, group, by, message) ?? UNCHANGED
  if (before.deleted || isErased(context, group, message)) return
  for (const each of before.versions) forgetText(context, group, message, by, each)
  change(context, group, by, message, { ...before, versions: [], deleted: true, isDue: true })
}

function change(context: Context, group: string, account: string, message: string, row: MessageChange): void {
  const key = [group, account, message]
  context.transaction.put(MESSAGE_CHANGE, key, { ...row, atMs: context.nowMs })
  context.transaction.put(CHANGED, [group, message, account], true)
  forgetOldest(context, group, account)
  touch(context, group)
  tell(context, { kind: 'messageChanged', group, message })
}

const forgetText = (context: Context, group: string, message: string, account: string, version: Version): void =>
  void context.histories.push({ history: editHistory(group), id: editId(message, account, version), order: '', value: null })

/** What an account said of a message is forgotten: the message is gone, or is not that account's. */
export function forgetChange(context: Context, group: string, account: string, message: string): void {
  for (const each of context.transaction.get(MESSAGE_CHANGE, group, account, message)?.versions ?? []) forgetText(context, group, message, account, each)
  context.transaction.delete(MESSAGE_CHANGE, group, account, message)
  context.transaction.delete(CHANGED, group, message, account)
}

/** Bounds the changes of one member. A message whose edits are forgotten shows what it said at first. */
function forgetOldest(context: Context, group: string, account: string): void {
  const made = context.transaction.scan(MESSAGE_CHANGE, group, account)
  if (made.length <= LIMITS.changedOfMember) return
  const oldest = made.reduce((a, b) => (b.value.atMs < a.value.atMs ? b : a))
  forgetChange(context, group, account, oldest.key[2] ?? '')
}

/** What has been carried out: see `isDue`. */
export function changeDone(context: Context, group: string, account: string, message: string): void {
  const row = context.transaction.get(MESSAGE_CHANGE, group, account, message)
  if (row?.isDue === true) context.transaction.put(MESSAGE_CHANGE, [group, account, message], { ...row, isDue: false })
}

/** The accounts that said anything of a message. */
export const changersOf = ({ transaction }: Rows, group: string, message: string): readonly string[] =>
  transaction.scan(CHANGED, group, message).map(({ key }) => key[2] ?? '')

/** The edits of a message that count, ascending: its author's, within a day by its author's clock. */
export function editsOf({ transaction }: Rows, group: string, message: string, record: Pick<MessageRecord, 'account' | 'saidMs'>): readonly Version[] {
  const row = transaction.get(MESSAGE_CHANGE, group, textOf(record.account), message)
  return row?.versions.filter(({ wallMs }) => wallMs <= record.saidMs + LIMITS.editMs) ?? []
}

/** Whether the person deleted a message on this device, or it vanished: nothing of it is kept. */
export const isErased = (rows: Rows, group: string, message: string): boolean =>
  rows.transaction.get(HIDDEN, group, message) !== undefined || hasVanished(rows, group, message)

/** Whether a message is not to be shown. */
export const isHidden = (rows: Rows, group: string, message: string): boolean => isErased(rows, group, message) || isPastEnd(rows, group, message)

/** Whether its author deleted a message for everyone. */
export const isDeleted = ({ transaction }: Rows, group: string, message: string, { account, body }: Pick<MessageRecord, 'account' | 'body'>): boolean =>
  body.kind === 'deleted' || transaction.get(MESSAGE_CHANGE, group, textOf(account), message)?.deleted === true

/** A message's record as it may be kept: without a text that was deleted. undefined: not at all. What writes one asks this. */
export function asKept(rows: Rows, group: string, message: string, record: MessageRecord): MessageRecord | undefined {
  if (isErased(rows, group, message)) return undefined
  return record.body.kind === 'text' && isDeleted(rows, group, message, record) ? { ...record, state: 'none', body: { kind: 'deleted' } } : record
}

/** After a start: builds what is derived from the rows. */
export function indexChanges({ transaction }: Rows): void {
  for (const {
    key: [group = '', account = '', message = ''],
  } of transaction.scan(MESSAGE_CHANGE))
    transaction.put(CHANGED, [group, message, account], true)
}
