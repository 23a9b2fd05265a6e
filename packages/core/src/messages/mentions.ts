/** People who are mentioned in a text (PROTOCOL §8.34, §13.39). The author says who and where; this device says what they are called. */
import { type AccountId, equalBytes, fromBase64url, LIMITS } from '@sotto/wire'
import type { MentionView } from '../contract/message-view.ts'
import type { WrittenMention } from '../contract/requests.ts'
import { personOf } from '../groups/names.ts'
import { textOf } from '../state/names.ts'
import type { Mention, MessageRecord } from '../state/tables/messages.ts'
import { SELF } from '../state/tables/self.ts'

type Names = Parameters<typeof personOf>[0]

/** Those that are where a mention can be, in their order. What the others cover stays text. */
export function validMentions(text: string, mentions: readonly Mention[]): Mention[] {
  let free = 0
  return mentions.filter(({ start, length }) => {
    const end = start + length
    const written = text.slice(start, end)
    const isValid =
      start >= free &&
      end <= text.length &&
      length <= LIMITS.mentionCharacters &&
      written.startsWith('@') &&
      length > 1 &&
      !written.includes('\n') &&
      written.isWellFormed()
    if (isValid) free = end
    return isValid
  })
}

/** As a page wrote them; undefined: they are none. */
export function readMentions(written: readonly WrittenMention[] = []): readonly Mention[] | undefined {
  if (written.length > LIMITS.mentions) return undefined
  const read = written.flatMap(({ account: name, start, length }) => {
    const account = fromBase64url(name) as AccountId | undefined
    return account?.length === 32 && isCount(start) && isCount(length) ? [{ account, start, length }] : []
  })
  return read.length === written.length ? read : undefined
}

const isCount = (number: number): boolean => Number.isSafeInteger(number) && number >= 0

/** Where a draft is too long for a place in it to be said, what stands there is text. */
export const withPlaces = (mentions: readonly Mention[]): readonly Mention[] =>
  mentions.filter(({ start, length }) => start <= 0xffff && length <= LIMITS.mentionCharacters)

export const asWritten = (mentions: readonly Mention[]): readonly WrittenMention[] =>
  mentions.map(({ account, start, length }) => ({ account: textOf(account), start, length }))

export const areSameMentions = (some: readonly Mention[], others: readonly Mention[]): boolean =>
  some.length === others.length &&
  some.every(({ account, start, length }, index) => {
    const other = others[index]
    return other !== undefined && start === other.start && length === other.length && equalBytes(account, other.account)
  })

/** What pages show. Whom this device has no name for is shown as the author wrote it. */
export function mentionViews(context: Names, mentions: readonly Mention[]): readonly MentionView[] {
  const own = context.transaction.get(SELF, 'self')?.account
  return mentions.flatMap(({ account, start, length }) => {
    const { name, another } = personOf(context, account)
    return name === '' ? [] : [{ account: textOf(account), name, another, own: own !== undefined && equalBytes(account, own), start, length }]
  })
}

/** Whether a message of another mentions this device's person. */
export function mentionsSelf(context: Names, body: MessageRecord['body']): boolean {
  const own = context.transaction.get(SELF, 'self')?.account
  return own !== undefined && body.kind === 'text' && body.mentions.some(({ account }) => equalBytes(account, own))
}

/** A text with what this device calls the people in it: for lists and quotations, which show no mentions. */
export function textWithNames(context: Names, text: string, mentions: readonly Mention[]): string {
  let at = 0
  let named = ''
  for (const { name, start, length } of mentionViews(context, mentions)) {
    named += `${text.slice(at, start)}@${name}`
    at = start + length
  }
  return named + text.slice(at)
}
