import { expect, test } from 'vitest'
import { sharedTextOf } from './shared-text.ts'

test('takes what the menu says, and nothing else of the click', () => {
  const click = { selectionText: ' some\r\nwords ', linkUrl: 'https://example.org/a', srcUrl: 'http://example.org/b.png' }
  expect(sharedTextOf({ ...click, menuItemId: 'selection' })).toBe('some\nwords')
  expect(sharedTextOf({ ...click, menuItemId: 'link' })).toBe('https://example.org/a')
  expect(sharedTextOf({ ...click, menuItemId: 'image' })).toBe('http://example.org/b.png')
})

test('addresses that lead nowhere for others are none', () => {
  for (const address of ['data:image/png;base64,AAAA', 'blob:https://example.org/1', 'file:///etc/passwd', 'javascript:alert(1)', undefined]) {
    expect(sharedTextOf({ menuItemId: 'image', srcUrl: address })).toBe('')
    expect(sharedTextOf({ menuItemId: 'link', linkUrl: address })).toBe('')
  }
})

test('a long text is cut between characters, to what one message holds', () => {
  const text = sharedTextOf({ menuItemId: 'selection', selectionText: '😀'.repeat(5_000) })
  expect([...text]).toHaveLength(4_000)
  expect(text.endsWith('😀…')).toBe(true)
  expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(16 * 1024)
})

test('a click without a text is none', () => {
  expect(sharedTextOf({ menuItemId: 'selection' })).toBe('')
})
