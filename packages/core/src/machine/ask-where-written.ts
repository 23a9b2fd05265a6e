/** A conversation that was begun by a contact link asks for it with the first words that are written (PROTOCOL §5.57). */
import { decode, LIMITS, utf8 } from '@sotto/wire'
import { sharedGroupWith } from '../groups/direct-chats.ts'
import { askByLink, usedLinks } from '../members/ask-by-link.ts'
import { contentBody } from '../messages/contents/contents.ts'
import type { Context } from '../state/context.ts'
import { DIRECT_CHAT } from '../state/tables/direct-chats.ts'
import { PENDING_MESSAGE } from '../state/tables/messages.ts'

/** Asks where something is written, and nobody was asked yet. */
export function askWhereWritten(context: Context): void {
  for (const { group, isAsked, isSpare } of usedLinks(context)) {
    if (isAsked || (isSpare && isInvitedByGroup(context, group))) continue
    const [first] = context.transaction.scan(PENDING_MESSAGE, group).flatMap(({ value }) => {
      const body = decode(contentBody, value.body)
      // What vanishes is not said in a request, which stays until it is answered.
      return body === undefined ? [] : body.kind === 'vanishing' ? [''] : 'text' in body ? [body.text] : []
    })
    if (first !== undefined) askByLink(context, group, beginningOf(first))
  }
}

/** A group that both are in is the way to the other, for as long as there is one (PROTOCOL §8.40). */
function isInvitedByGroup(context: Context, group: string): boolean {
  const chat = context.transaction.get(DIRECT_CHAT, group)
  return chat !== undefined && sharedGroupWith(context, chat.account) !== undefined
}

/** As much of a text as a request has room for, without a part of a character. */
function beginningOf(text: string): string {
  let beginning = ''
  let bytes = 0
  for (const character of text.slice(0, LIMITS.firstWordsBytes)) {
    bytes += utf8(character).length
    if (bytes > LIMITS.firstWordsBytes) break
    beginning += character
  }
  return beginning
}
