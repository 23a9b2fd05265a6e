import { expect, test } from 'vitest'
import { en } from '../strings/en.ts'
import { noticeText } from './notice-text.ts'

test('a notice about others names them', () => {
  expect(noticeText(en, { kind: 'notice', notice: 'joined', name: 'Ana' }, false)).toBe('Ana joined')
  expect(noticeText(en, { kind: 'notice', notice: 'removed', name: 'Ana' }, false)).toBe('Ana was removed')
})

test('a notice about oneself addresses the person', () => {
  expect(noticeText(en, { kind: 'notice', notice: 'created', name: 'Me' }, true)).toBe('You created the group')
  expect(noticeText(en, { kind: 'notice', notice: 'youWereRemoved', name: 'Me' }, false)).toBe('You were removed from this group')
})
