/** Names of people and groups in the page's language. */
import type { GroupView, MessageView, PersonName } from '@sotto/engine/api'
import { strings } from './index.ts'
import { authorName, personName, type Sender, senderName } from './person-names.ts'

export const shownName = (person: PersonName): string => personName(strings, person)
export const shownSender = (message: Sender): string => senderName(strings, message)
export const shownAuthor = (message: Sender & Pick<MessageView, 'senderFormer'>): string => authorName(strings, message)

/** A group's shown name. */
export function shownTitle({ title, isTitleFormer, state }: Pick<GroupView, 'title' | 'isTitleFormer' | 'state'>): string {
  if (title === '') return state === 'joining' ? strings.joiningTitle : strings.unnamedGroup
  return isTitleFormer ? strings.formerTitle(title) : title
}
