import type { MemberView, MessageView } from '@sotto/engine/api'
import { expect, it } from 'vitest'
import { en } from '../strings/en.ts'
import { readBy, readText } from './read-by.ts'

const member = (account: string, read: MemberView['read']): MemberView => ({
  account,
  name: account,
  another: 0,
  petname: '',
  callsItself: account,
  mark: 'none',
  isForked: false,
  line: '',
  picture: null,
  isBlocked: false,
  role: 'member',
  own: account === 'me',
  presence: null,
  connection: null,
  read,
  devices: 1,
})
const mark = (upTo: string, { from = '', since = '' } = {}): NonNullable<MemberView['read']> => ({ from, upTo, since, atMs: 7 })
const message = (order: string, state: MessageView['state'] = 'delivered') => ({ own: true, state, order })
const members = (...others: readonly MemberView[]) => ({ members: [member('me', null), ...others] })
const textOf = (group: ReturnType<typeof members>, of: ReturnType<typeof message>): string | null => readText(en, readBy(group, of))

it('is said of one other person without a number, and of more with it', () => {
  expect(textOf(members(member('a', mark('2'))), message('2'))).toBe('Read')
  expect(textOf(members(member('a', mark('2')), member('b', mark('1')), member('c', mark('3'))), message('2'))).toBe('Read by 2 of 3')
})

it('is not said before anybody has read it, of what has not left, of others’ messages, and where nobody is let know', () => {
  expect(textOf(members(member('a', mark('1'))), message('2'))).toBeNull()
  expect(textOf(members(member('a', mark('2'))), message('2', 'sending'))).toBeNull()
  expect(readBy(members(member('a', mark('2'))), { ...message('2'), own: false })).toBeNull()
  expect(readBy(members(member('a', null)), message('2'))).toBeNull()
})

it('does not count who came later, and knows the time of what was read last', () => {
  const group = members(member('late', mark('9', { from: '5' })), member('a', mark('4', { since: '2' })))
  expect(readBy(group, message('3'))).toMatchObject({ of: 1, readers: [{ member: { account: 'a' }, atMs: 7 }] })
  expect(readBy(group, message('2'))?.readers).toMatchObject([{ atMs: null }])
  expect(readBy(group, message('6'))).toMatchObject({ of: 2, readers: [{ member: { account: 'late' } }] })
})
