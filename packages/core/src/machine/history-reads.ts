/** Records from the history store go to the room that asked for them. */
import { cipherOf } from '../cipher/group-cipher.ts'
import type { HistoryRecord } from '../contract/history.ts'
import { answerDetails } from '../messages/details.ts'
import { trimKept } from '../messages/kept-envelopes.ts'
import { messagesRead } from '../messages/move-messages.ts'
import { answerFound, answerPage, answerPageWith } from '../messages/pages.ts'
import { answerReplyTo } from '../messages/quotes.ts'
import { searchRead } from '../messages/search/find-messages.ts'
import { indexRead, searchFailed } from '../messages/search/index-more.ts'
import { serveEnvelopes } from '../peers/serve.ts'
import type { Context } from '../state/context.ts'
import { READ } from '../state/tables/self.ts'
import { leaveAgain } from './relays-changed.ts'

export function historyRead(context: Context, read: string, records: readonly HistoryRecord[]): void {
  const purpose = context.transaction.get(READ, read)
  context.transaction.delete(READ, read)
  switch (purpose?.kind) {
    case 'page':
      return answerPage(context, purpose, records)
    case 'quotes':
      return answerPageWith(context, purpose, purpose.records, records)
    case 'replyTo':
      return answerReplyTo(context, purpose.request, purpose.group, records)
    case 'find':
      return answerFound(context, purpose.request, records)
    case 'details':
      return answerDetails(context, purpose.request, purpose.group, records)
    case 'move':
      return messagesRead(context, purpose.group, purpose.slots, records)
    case 'oldest':
      return trimKept(context, purpose.group, records)
    case 'leaveAgain':
      return leaveAgain(context, purpose.group, records)
    case 'serve':
      return serveEnvelopes(
        context,
        purpose.peer,
        purpose.epoch,
        records.map((each) => each.value),
      )
    case 'searchTail':
    case 'searchChanged':
    case 'searchOlder':
    case 'searchBlocks':
      return indexRead(context, purpose, records)
    case 'searchPages':
    case 'searchDocs':
    case 'searchTexts':
      return searchRead(context, purpose, records)
    case 'cipher':
      return cipherOf(context, purpose.group).historyRead(context, read, records)
    case undefined:
  }
}

/** A history could not be read. Requests of pages and ciphers are told so. The rest is tried when it is due again. */
export function historyFailed(context: Context, read: string): void {
  const purpose = context.transaction.get(READ, read)
  context.transaction.delete(READ, read)
  if (purpose?.kind === 'cipher') return cipherOf(context, purpose.group).historyRead(context, read, null)
  if (purpose !== undefined) searchFailed(context, purpose)
  if (purpose === undefined || !('request' in purpose)) return
  context.effects.push({ kind: 'reply', request: purpose.request, reply: { ok: false, rejection: { code: 'storageDamaged', numbers: {} } } })
}
