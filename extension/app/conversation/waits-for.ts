/** What keeps an own message from being sent, in words. */
import type { MessageView } from '@sotto/engine/api'

interface Words {
  readonly stateSending: string
  readonly waitsForConnection: string
  readonly waitsForRoom: string
  readonly waitsForRoomFor: (names: string) => string
  readonly waitsForRelayOf: (names: string) => string
  readonly waitsForKeysOf: (names: string) => string
  readonly otherPeople: string
}

type WaitsFor = NonNullable<MessageView['waitsFor']>

/** The text of a message that is being sent. */
export function sendingText(strings: Words, locale: string, nameOf: (person: WaitsFor['people'][number]) => string, waits: WaitsFor | null): string {
  if (waits === null) return strings.stateSending
  const names = [...waits.people.map(nameOf), ...(waits.isForMore ? [strings.otherPeople] : [])]
  const list = new Intl.ListFormat(locale).format(names)
  switch (waits.why) {
    case 'connection':
      return strings.waitsForConnection
    case 'room':
      return names.length === 0 ? strings.waitsForRoom : strings.waitsForRoomFor(list)
    case 'relay':
      return strings.waitsForRelayOf(list)
    case 'preKeys':
      return strings.waitsForKeysOf(list)
  }
}
