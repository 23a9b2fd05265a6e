/**
 * The text of a message as it is now (PROTOCOL §8.30–8.32). A message's record has what was said at first, the texts of edits are in
 * a history of their own: records are read, then the texts that these messages have now, and `textNow` says what is shown.
 */
import { decode } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import type { ShownFile } from '../state/tables/files.ts'
import { type Mention, type MessageRecord, messageRecord } from '../state/tables/messages.ts'
import { READ, type NextWithTexts } from '../state/tables/self.ts'
import { nextPageRead } from './page-reads.ts'
import { editedText, type EditedText, editHistory, editId, editsOf, isDeleted, isHidden } from './message-changes.ts'

/** Texts of edits by their ids in their history. */
export type Texts = ReadonlyMap<string, EditedText>

/** A message as it is now. `editedMs`: when its author last changed it, by that one's clock; null: never. */
export type TextNow =
  | {
      readonly kind: 'text'
      readonly text: string
      readonly mentions: readonly Mention[]
      readonly files: readonly ShownFile[]
      readonly editedMs: number | null
    }
  | { readonly kind: 'deleted' }

/** What a record's message says now; undefined: it is no message of a person, or not here any more. */
export function textNow(context: Pick<Context, 'transaction'>, group: string, id: string, record: MessageRecord, texts: Texts): TextNow | undefined {
  const { body } = record
  if ((body.kind !== 'text' && body.kind !== 'deleted') || isHidden(context, group, id)) return undefined
  if (body.kind === 'deleted' || isDeleted(context, group, id, record)) return { kind: 'deleted' }
  const edit = editsOf(context, group, id, record).findLast((each) => texts.has(editId(id, textOf(record.account), each)))
  const text = edit === undefined ? undefined : texts.get(editId(id, textOf(record.account), edit))
  return edit === undefined || text === undefined
    ? { kind: 'text', text: body.text, mentions: body.mentions, files: body.files, editedMs: null }
    : { kind: 'text', ...text, files: body.files, editedMs: edit.wallMs }
}

/** Reads the texts that these messages have now, then goes on with them. `all`: and those in between. */
export function withTexts<T extends NextWithTexts>(
  context: Context,
  group: string,
  records: readonly HistoryRecord[],
  next: T,
  goOn: (context: Context, group: string, next: T, texts: Texts) => void,
  which: 'newest' | 'all' = 'newest',
): void {
  const ids = records.flatMap(({ id, value }) => {
    const record = decode(messageRecord, value)
    const edits = record?.body.kind === 'text' ? editsOf(context, group, id, record) : []
    return (which === 'all' ? edits : edits.slice(-1)).map((each) => editId(id, textOf(record?.account ?? new Uint8Array()), each))
  })
  if (ids.length === 0) return goOn(context, group, next, new Map())
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'texts', group, next })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: editHistory(group), ids } })
}

export const textsOf = (records: readonly HistoryRecord[]): Texts =>
  new Map(
    records.flatMap(({ id, value }) => {
      const text = decode(editedText, value)
      return text === undefined ? [] : [[id, text] as const]
    }),
  )
