/** Pages of a conversation, read from its history. */
import { decode } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { groupRow } from '../groups/group-row.ts'
import { isJoining } from '../groups/is-joining.ts'
import { ownNameOf, personOf } from '../groups/names.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { textOf } from '../state/names.ts'
import { messageRecord } from '../state/tables/messages.ts'
import { READ } from '../state/tables/self.ts'
import { besideOf } from './contents/contents.ts'
import { messageHistory } from './conversation.ts'

/** Pages hold at most this many messages. */
const PAGE_LIMIT = 200

export function readMessages(context: Context, request: string, what: Extract<MachineRequest, { readonly kind: 'readMessages' }>): EngineReply | undefined {
  if (groupRow(context, what.group) === undefined) {
    return !isJoining(context, what.group) ? no('unknownGroup') : ok({ messages: [], more: false })
  }
  const limit = Math.max(1, Math.min(PAGE_LIMIT, Math.trunc(what.limit)))
  const read = String(nextNumber(context))
  context.transaction.put(READ, [read], { kind: 'page', request, group: what.group, limit })
  context.effects.push({
    kind: 'readHistory',
    read,
    query: { kind: 'page', history: messageHistory(what.group), beyond: what.before, direction: 'older', limit: limit + 1 },
  })
  return undefined
}

/** Answers a request with a page of messages: the history returns the newest first, the answer has the oldest first. */
export function answerPage(
  context: Context,
  { request, group, limit }: { readonly request: string; readonly group: string; readonly limit: number },
  records: readonly HistoryRecord[],
): void {
  const messages = records
    .slice(0, limit)
    .toReversed()
    .flatMap((each) => {
      const record = decode(messageRecord, each.value)
      if (record === undefined) return []
      const { account, called, own, timeMs, state, resent, body } = record
      const person = personOf(context, account)
      // A message stays under the name under which it was said.
      const isFormer = body.kind === 'renamed' || (called.name !== '' && called.name !== ownNameOf(context, textOf(account)))
      return [
        {
          id: each.id,
          order: each.order,
          account: textOf(account),
          senderName: person.name,
          senderAnother: person.another,
          senderFormer: isFormer ? called : null,
          own,
          atMs: timeMs,
          body: body.kind === 'notice' ? ({ kind: 'notice', notice: body.notice } as const) : body,
          state: state === 'none' ? null : state,
          resent,
          ...besideOf(context, group, each.id),
        },
      ]
    })
  context.effects.push({ kind: 'reply', request, reply: ok({ messages, more: records.length > limit }) })
}
