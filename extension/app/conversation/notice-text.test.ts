import type { MessageView } from '@sotto/engine/api'
import { expect, test } from 'vitest'
import { en } from '../strings/en.ts'
import { noticeText } from './notice-text.ts'

const about = (name: string, body: MessageView['body'], part: Partial<MessageView> = {}) => ({
  body,
  senderName: name,
  senderAnother: 0,
  senderFormer: null,
  ...part,
})
const notice = (name: string, what: Extract<MessageView['body'], { readonly kind: 'notice' }>['notice'], part: Partial<MessageView> = {}) =>
  about(name, { kind: 'notice', notice: what }, part)

test('a notice about others names them', () => {
  expect(noticeText(en, 'en', notice('Ana', 'joined'), false)).toBe('Ana joined')
  expect(noticeText(en, 'en', notice('Ana', 'removed'), false)).toBe('Ana was removed')
})

test('a notice about oneself addresses the person', () => {
  expect(noticeText(en, 'en', notice('Me', 'created'), true)).toBe('You created the group')
  expect(noticeText(en, 'en', notice('Me', 'youWereRemoved'), false)).toBe('You were removed from this group')
})

test('a notice names people as they were called then, and says what they are called now', () => {
  expect(noticeText(en, 'en', notice('Ana', 'joined', { senderFormer: { name: 'Mallory', another: 0 }, senderAnother: 1 }), false)).toBe(
    'Mallory, now another Ana ② joined',
  )
})

test('a report says who passes on what of whom', () => {
  const reported = { kind: 'reported', author: { name: 'Eve', another: 1 }, text: 'buy now', words: '', here: 'same' } as const
  expect(noticeText(en, 'en', about('Ana', reported), false)).toBe(
    'Ana reported a message from another Eve ②. Only admins see this. The message as Ana passed it on:',
  )
})

test('a rename says both names, and whose it is', () => {
  const renamed = { kind: 'renamed', to: 'Bob' } as const
  expect(noticeText(en, 'en', about('Bob', renamed, { senderFormer: { name: 'Alice', another: 0 } }), false)).toBe('Alice is now called Bob')
  expect(noticeText(en, 'en', about('Bob', renamed, { senderFormer: { name: 'Alice', another: 0 }, senderAnother: 11 }), false)).toBe(
    'Alice is now called another Bob ①②',
  )
  expect(noticeText(en, 'en', about('Zed', { kind: 'renamed', to: 'Zed' }, { senderFormer: { name: 'Alice', another: 1 } }), false)).toBe(
    'another Alice ② is now called Zed',
  )
  expect(noticeText(en, 'en', about('My sister', renamed, { senderFormer: { name: 'Alice', another: 0 } }), false)).toBe(
    'My sister used to go by Alice and now goes by Bob',
  )
})

test('how long messages last is said in the largest unit that it fills, and what vanished unseen in a number', () => {
  const said = (body: MessageView['body']) => noticeText(en, 'en', about('', body), false)
  expect([300, 3_600, 90, 604_800].map((seconds) => said({ kind: 'lifetime', seconds }))).toEqual([
    'From here on messages vanish 5 minutes after they were seen',
    'From here on messages vanish 1 hour after they were seen',
    'From here on messages vanish 90 seconds after they were seen',
    'From here on messages vanish 1 week after they were seen',
  ])
  expect(said({ kind: 'lifetime', seconds: 0 })).toBe('From here on messages stay until they are deleted')
  expect([1, 2].map((count) => said({ kind: 'vanished', count }))).toEqual([
    '1 message vanished while you were away',
    '2 messages vanished while you were away',
  ])
})
