import type { MessageView } from '@sotto/engine/api'
import type { Strings } from '../strings/en.ts'

type Notice = Extract<MessageView['body'], { readonly kind: 'notice' }>

/** The line between messages for a change of the group. `own`: it is about oneself. */
export function noticeText(strings: Strings, { notice, name: said }: Notice, own: boolean): string {
  const name = said === '' ? strings.unknownName : said
  switch (notice) {
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
  }
}
