import type { MessageView } from '@sotto/engine/api'
import { lifetimeSpan } from '../text/lifetime-span.ts'
import type { Strings } from '../strings/en.ts'
import { authorName, personName, senderName } from '../strings/person-names.ts'

type Line = Pick<MessageView, 'body' | 'senderName' | 'senderAnother' | 'senderFormer'>

/** The line between messages for a change of the group or of a person. `own`: it is about oneself. */
export function noticeText(strings: Strings, locale: string, line: Line, own: boolean): string {
  const { body } = line
  const name = authorName(strings, line)
  switch (body.kind) {
    case 'text':
    case 'deleted':
      return ''
    case 'renamed':
      return renamedText(strings, line, body.to)
    case 'titled':
      return strings.noticeTitled(body.to)
    case 'lifetime':
      return body.seconds === 0 ? strings.noticeLifetimeOff : strings.noticeLifetime(lifetimeSpan(locale, body.seconds))
    case 'history':
      return historyText(strings, body)
    case 'vanished':
      return strings.noticeVanished(body.count)
    case 'reported':
      return strings.noticeReported(name, personName(strings, body.author))
    case 'contentsDiffer':
      return strings.noticeContentsDiffer(name, personName(strings, body.by))
    case 'notice':
  }
  switch (body.notice) {
    case 'created':
      return own ? strings.noticeYouCreated : strings.noticeCreated(name)
    case 'joined':
      return own ? strings.noticeYouJoined : strings.noticeJoined(name)
    case 'removed':
      return strings.noticeRemoved(name)
    case 'left':
      return own ? strings.noticeYouLeft : strings.noticeLeft(name)
    case 'youWereRemoved':
      return strings.noticeYouWereRemoved
    case 'madeAdmin':
      return own ? strings.noticeYouMadeAdmin : strings.noticeMadeAdmin(name)
    case 'madeMember':
      return own ? strings.noticeYouMadeMember : strings.noticeMadeMember(name)
    case 'devicesChanged':
      return strings.noticeDevicesChanged(name)
    case 'markLost':
      return strings.noticeMarkLost(name)
    case 'devicesForked':
      return strings.noticeDevicesForked(name)
    case 'pictureChanged':
      return own ? strings.noticeYouPictureChanged : strings.noticePictureChanged(name)
    case 'addressesHidden':
      return strings.noticeAddressesHidden
    case 'addressesShown':
      return strings.noticeAddressesShown
    case 'descriptionChanged':
      return own ? strings.noticeYouDescriptionChanged : strings.noticeDescriptionChanged(name)
  }
}

function historyText(strings: Strings, { days, messages }: { readonly days: number; readonly messages: number }): string {
  if (days > 0) return strings.noticeHistoryDays(days)
  return messages > 0 ? strings.noticeHistoryMessages(messages) : strings.noticeHistoryOff
}

/** Where the person has a name of ours, or has been renamed since, that comes first: it says who it is. */
function renamedText(strings: Strings, line: Line, to: string): string {
  const now = senderName(strings, line)
  const before = personName(strings, line.senderFormer ?? { name: '', another: 0 })
  return line.senderName === to ? strings.noticeRenamed(before, now) : strings.noticeRenamedPinned(now, before, to)
}
