/** Names of people and groups in the page's language. */
import type { GroupView, MessageView, PersonName } from '@sotto/engine/api'
import { strings } from './index.ts'
import { authorName, personName, type Sender, senderName } from './person-names.ts'

export const shownName = (person: PersonName): string => personName(strings, person)
export const shownSender = (message: Sender): string => senderName(strings, message)
export const shownAuthor = (message: Sender & Pick<MessageView, 'senderFormer'>): string => authorName(strings, message)

/** A conversation's shown name: the other person's, or the group's. */
export function shownTitle({ title, direct, isTitleFormer, state }: Pick<GroupView, 'title' | 'direct' | 'isTitleFormer' | 'state'>): string {
  if (direct !== null) return shownName(direct)
  if (title === '') return state === 'joining' ? strings.joiningTitle : strings.unnamedGroup
  return isTitleFormer ? strings.formerTitle(title) : title
}
