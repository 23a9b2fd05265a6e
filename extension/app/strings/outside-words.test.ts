import { expect, test } from 'vitest'
import { outsideWords } from './outside-words.ts'

const content = { title: 'Desk', isDirect: false, senderName: 'Alice', senderAnother: 0, text: 'See you' }

test('a notification says who wrote what, or nothing of it', () => {
  const { notification } = outsideWords('en-GB')
  expect(notification({ count: 1, isMention: false, content })).toEqual({ title: 'Desk', message: 'Alice: See you' })
  expect(notification({ count: 2, isMention: false, content })).toEqual({ title: 'Desk', message: 'Alice: See you\nand 1 more' })
  expect(notification({ count: 1, isMention: false, content: { ...content, senderAnother: 1, title: '' } })).toEqual({
    title: 'Group without a name',
    message: 'another Alice ②: See you',
  })
  expect(notification({ count: 1, isMention: false, content: null })).toEqual({ title: 'Sotto', message: 'New message in Sotto' })
  expect(notification({ count: 1, isMention: true, content })).toEqual({ title: 'You were mentioned in Desk', message: 'Alice: See you' })
  expect(notification({ count: 2, isMention: true, content: null }).message).toBe('You were mentioned in Sotto (2 new messages)')
  expect(notification({ count: 3, isMention: false, content: null }).message).toBe('3 new messages in Sotto')
})

test('in a direct chat the person stands above what it wrote', () => {
  const { notification } = outsideWords('en')
  const direct = { ...content, title: '', isDirect: true, senderAnother: 1 }
  expect(notification({ count: 1, isMention: false, content: direct })).toEqual({ title: 'another Alice ②', message: 'See you' })
  expect(notification({ count: 3, isMention: true, content: direct })).toEqual({ title: 'another Alice ②', message: 'See you\nand 2 more' })
})

test('in the browser’s language, and what would turn the sentence round is isolated', () => {
  expect(outsideWords('de-AT').notification({ count: 5, isMention: false, content: null }).message).toBe('5 neue Nachrichten in Sotto')
  expect(outsideWords('en').notification({ count: 1, isMention: false, content: { ...content, text: 'invoice-\u202efdp.exe' } }).message).toBe(
    'Alice: \u2068invoice-⇄fdp.exe\u2069',
  )
})

test('what vanishes is not handed to the system', () => {
  const { notification } = outsideWords('en')
  const vanishing = { ...content, text: null }
  expect(notification({ count: 1, isMention: false, content: vanishing }).message).toBe('Alice: A message that vanishes')
  expect(notification({ count: 1, isMention: false, content: { ...vanishing, isDirect: true } })).toEqual({
    title: 'Alice',
    message: 'A message that vanishes',
  })
})
