import type { MessageView } from '@sotto/engine/api'
import { expect, test } from 'vitest'
import { de } from '../strings/de.ts'
import { en } from '../strings/en.ts'
import { sendingText } from './waits-for.ts'

type WaitsFor = NonNullable<MessageView['waitsFor']>
const [bob, carol] = [
  { name: 'Bob', another: 0 },
  { name: 'Carol', another: 0 },
]

const text = (waits: WaitsFor | null, language: 'en' | 'de' = 'en'): string => sendingText(language === 'en' ? en : de, language, ({ name }) => name, waits)

test.each<[WaitsFor | null, string]>([
  [null, 'Sending'],
  [{ why: 'connection', people: [], isForMore: false }, 'Sending: waiting for a connection'],
  [{ why: 'room', people: [], isForMore: false }, 'Sending: waiting for room at a relay'],
  [{ why: 'room', people: [bob], isForMore: false }, 'Sending: waiting for room at the relay of Bob'],
  [{ why: 'relay', people: [bob, carol], isForMore: false }, 'Sending: waiting for the relay of Bob and Carol'],
  [{ why: 'preKeys', people: [bob, carol], isForMore: true }, 'Sending: waiting for keys of Bob, Carol, and others'],
])('%j says what the message waits for', (waits, said) => {
  expect(text(waits)).toBe(said)
})

test('in the other language too', () => {
  expect(text({ why: 'relay', people: [bob], isForMore: true }, 'de')).toBe('Wird gesendet: wartet auf das Relay von Bob und anderen')
})
