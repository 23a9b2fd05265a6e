/** People's names in a language. */
import type { MessageView, PersonName } from '@sotto/engine/api'
import type { Strings } from './en.ts'
import type { OutsideStrings } from './outside-en.ts'

/** The person of a message or line, as the engine names it. */
export type Sender = Pick<MessageView, 'senderName' | 'senderAnother'>

/** A number in circles. No name has such signs: the engine takes them out. */
const circled = (number: number): string =>
  [...String(number)].map((digit) => (digit === '0' ? '\u24ea' : String.fromCodePoint(0x245f + Number(digit)))).join('')

/** A person's name. Two people of one name are told apart. The engine sends an empty one if it knows none. */
export function personName(words: OutsideStrings, { name, another }: PersonName): string {
  const called = name === '' ? words.unknownName : name
  return another === 0 ? called : words.anotherNamed(called, circled(another + 1))
}

export const senderName = (words: OutsideStrings, { senderName: name, senderAnother: another }: Sender): string => personName(words, { name, another })

/** A sender as named when it said something, and what it is called by now. */
export function authorName(words: Strings, message: Sender & Pick<MessageView, 'senderFormer'>): string {
  const now = senderName(words, message)
  return message.senderFormer === null ? now : words.formerly(personName(words, message.senderFormer), now)
}
