/** Records from the history store go to the room that asked for them. */
import { cipherOf } from '../cipher/group-cipher.ts'
import type { HistoryRecord } from '../contract/history.ts'
import { changedRead, changedWithTexts } from '../messages/carry-out-changes.ts'
import { actRead, actWithTexts } from '../messages/change-message.ts'
import { answerDetails, detailsRead } from '../messages/details.ts'
import { trimKept } from '../messages/kept-envelopes.ts'
import { earlierRead, passOn } from '../messages/earlier/pass-on-earlier.ts'
import { passedOnRead } from '../messages/earlier/take-earlier.ts'
import { lastRead, lastWithTexts } from '../messages/last-message.ts'
import { messagesRead } from '../messages/move-messages.ts'
import { answerFound, answerPage, pageWithTexts, quotedRead } from '../messages/pages.ts'
import { answerReplyTo, replyToRead } from '../messages/quotes.ts'
import { answerReport, reportedRead } from '../messages/reports.ts'
import { searchRead } from '../messages/search/find-messages.ts'
import { changedWithTexts as indexChangedWithTexts, indexRead, searchFailed } from '../messages/search/index-more.ts'
import { type Texts, textsOf } from '../messages/text-now.ts'
import { serveEnvelopes } from '../peers/serve.ts'
import type { Context } from '../state/context.ts'
import { READ, type NextWithTexts } from '../state/tables/self.ts'
import { leaveAgain } from './relays-changed.ts'

export function historyRead(context: Context, read: string, records: readonly HistoryRecord[]): void {
  const purpose = context.transaction.get(READ, read)
  context.transaction.delete(READ, read)
  switch (purpose?.kind) {
    case 'page':
      return answerPage(context, purpose, records)
    case 'quotes':
      return quotedRead(context, purpose, records)
    case 'replyTo':
      return replyToRead(context, purpose.group, purpose.request, records)
    case 'find':
      return answerFound(context, purpose.request, records)
    case 'details':
      return detailsRead(context, purpose.group, purpose.request, records)
    case 'act':
      return actRead(context, purpose.group, purpose, records)
    case 'changed':
      return changedRead(context, purpose.group, records)
    case 'last':
      return lastRead(context, purpose.group, records)
    case 'texts':
      return goOn(context, purpose.group, purpose.next, textsOf(records))
    case 'report':
      return reportedRead(context, purpose.group, purpose, records)
    case 'earlier':
      return earlierRead(context, purpose.group, purpose.to, records)
    case 'passedOn':
      return passedOnRead(context, purpose.group, purpose, records)
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
    case 'searchEdits':
      return searchRead(context, purpose, records)
    case 'cipher':
      return cipherOf(context, purpose.group).historyRead(context, read, records)
    case undefined:
  }
}

/** The texts that messages have now have been read. */
function goOn(context: Context, group: string, next: NextWithTexts, texts: Texts): void {
  switch (next.kind) {
    case 'page':
      return pageWithTexts(context, group, next, texts)
    case 'details':
      return answerDetails(context, group, next, texts)
    case 'report':
      return answerReport(context, group, next, texts)
    case 'replyTo':
      return answerReplyTo(context, group, next, texts)
    case 'act':
      return actWithTexts(context, group, next, texts)
    case 'changed':
      return changedWithTexts(context, group, next, texts)
    case 'earlier':
      return passOn(context, group, next, texts)
    case 'last':
      return lastWithTexts(context, group, next, texts)
    case 'searchChanged':
      return indexChangedWithTexts(context, group, next, texts)
  }
}

/** A history could not be read. Requests of pages and ciphers are told so. The rest is tried when it is due again. */
export function historyFailed(context: Context, read: string): void {
  const purpose = context.transaction.get(READ, read)
  context.transaction.delete(READ, read)
  if (purpose?.kind === 'cipher') return cipherOf(context, purpose.group).historyRead(context, read, null)
  if (purpose !== undefined) searchFailed(context, purpose)
  const asked = purpose?.kind === 'texts' ? purpose.next : purpose
  if (asked === undefined || !('request' in asked)) return
  context.effects.push({ kind: 'reply', request: asked.request, reply: { ok: false, rejection: { code: 'storageDamaged', numbers: {} } } })
}
