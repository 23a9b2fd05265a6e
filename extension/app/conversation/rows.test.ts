import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import type { MessageView } from '@sotto/engine/api'
import { expect, test } from 'vitest'
import { firstUnreadOf, rowsOf, steadyRowFrom } from './rows.ts'

const NOON = new Date(2026, 10, 20, 12).getTime()
const MINUTE = 60_000

const message = (id: string, account: string, atMs: number, state: MessageView['state'] = null): MessageView => ({
  id,
  order: id,
  account,
  senderName: account,
  senderAnother: 0,
  senderFormer: null,
  own: account === 'me',
  atMs,
  body: { kind: 'text', text: id, mentions: [], editedMs: null, replyTo: null, forwarded: false, files: [] },
  state,
  lateMs: null,
  waitsFor: null,
  passedOnBy: null,
  editableUntilMs: null,
  resent: false,
  lifetime: null,
  reactions: [],
})

const shape = (messages: readonly MessageView[], firstUnread: string | null = null) =>
  rowsOf(messages, firstUnread).map((row) => (row.kind === 'message' ? `${row.key}${row.first ? ' first' : ''}${row.last ? ' last' : ''}` : row.kind))

test('successive messages of one sender form a group', () => {
  const messages = [message('a', 'ana', NOON), message('b', 'ana', NOON + MINUTE), message('c', 'ben', NOON + 2 * MINUTE)]
  expect(shape(messages)).toEqual(['day', 'a first', 'b last', 'c first last'])
})

test('a long pause starts a new group', () => {
  expect(shape([message('a', 'ana', NOON), message('b', 'ana', NOON + 6 * MINUTE)])).toEqual(['day', 'a first last', 'b first last'])
})

test('a new day gets its separator and starts a new group', () => {
  const midnight = new Date(2026, 10, 21).getTime()
  const messages = [message('a', 'ana', midnight - MINUTE), message('b', 'ana', midnight + MINUTE)]
  expect(shape(messages)).toEqual(['day', 'a first last', 'day', 'b first last'])
})

test('what lies ahead of this clock is under the separator of today', () => {
  const messages = [message('a', 'ana', NOON), message('b', 'ben', NOON + 3 * 24 * 60 * MINUTE)]
  expect(shape(messages)).toHaveLength(4)
  expect(rowsOf(messages, null, NOON + MINUTE).map(({ kind }) => kind)).toEqual(['day', 'message', 'message'])
})

test('a notice separates groups', () => {
  const notice: MessageView = { ...message('n', 'ana', NOON + 1), body: { kind: 'notice', notice: 'joined' } }
  expect(shape([message('a', 'ana', NOON), notice, message('b', 'ana', NOON + 2)])).toEqual(['day', 'a first last', 'notice', 'b first last'])
})

test('the mark for new messages splits a group', () => {
  const messages = [message('a', 'ana', NOON), message('b', 'ana', NOON + 1)]
  expect(shape(messages, 'b')).toEqual(['day', 'a first last', 'unread', 'b first last'])
})

test('a state is shown once under messages that share it', () => {
  const messages = [message('a', 'me', NOON, 'delivered'), message('b', 'me', NOON + 1, 'delivered'), message('c', 'me', NOON + 2, 'sending')]
  const shows = rowsOf(messages, null).flatMap((row) => (row.kind === 'message' && row.showsState ? [row.key] : []))
  expect(shows).toEqual(['b', 'c'])
})

test('the first unread is counted from the newest, skipping one’s own messages', () => {
  const messages = [message('a', 'ana', 1), message('b', 'ana', 2), message('c', 'me', 3), message('d', 'ben', 4)]
  expect(firstUnreadOf(messages, 0, null)).toBeNull()
  expect(firstUnreadOf(messages, 2, null)).toBe('b')
  expect(firstUnreadOf(messages, 9, null)).toBe('a')
})

test('where it is known what was read, the first unread is what came since, be it above', () => {
  const [a, b, c, d] = [message('a', 'ana', 1), message('b', 'ana', 2), message('c', 'me', 3), message('d', 'ben', 4)]
  const read = { order: b.order, atMs: 1_000 }
  expect(firstUnreadOf([a, b, c, d], 1, read)).toBe('d')
  expect(firstUnreadOf([a, b, c, d], 0, read)).toBeNull()
  expect(firstUnreadOf([a, b, c], 1, read)).toBeNull()
  expect(firstUnreadOf([{ ...a, lateMs: 1_000 }, b, c, d], 2, read)).toBe('a')
  // That one came late too, but it was read.
  expect(firstUnreadOf([{ ...a, lateMs: 999 }, b, c, d], 1, read)).toBe('d')
})

test('every message has one row, in order, with a key of its own', () => {
  const anyMessages = array(record({ account: constantFrom('me', 'ana', 'ben'), atMs: integer({ min: NOON - 1e9, max: NOON + 1e9 }) })).map((list) =>
    list.map(({ account, atMs }, index) => message(`m${index}`, account, atMs)),
  )
  assert(
    property(anyMessages, (messages) => {
      const rows = rowsOf(messages, messages[3]?.id ?? null)
      expect(rows.flatMap((row) => (row.kind === 'message' ? [row.key] : []))).toEqual(messages.map(({ id }) => id))
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
    }),
  )
})

test('a position at the very top is still there when older messages of that day come', () => {
  const newer = [message('c', 'ana', NOON), message('d', 'ben', NOON + MINUTE)]
  const place = steadyRowFrom(rowsOf(newer, null), 0)
  const older = [message('a', 'ana', NOON - 2 * MINUTE), message('b', 'ben', NOON - MINUTE), ...newer]
  expect(place?.key).toBe('c')
  expect(rowsOf(older, null).map(({ key }) => key)).toContain(place?.key)
})
