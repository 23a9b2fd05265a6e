import { type AccountId, type DeviceId, LIMITS, type MessageId } from '@sotto/wire'
import { describe, expect, it, test } from 'vitest'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { Transaction } from '../../state/table.ts'
import { REACTED, REACTION } from '../../state/tables/messages.ts'
import { SELF } from '../../state/tables/self.ts'
import { besideOf, happens } from './contents.ts'
import { isEmoji } from './reaction.ts'

test.each(['👍', 'ℹ️', '❤️', '❤', '👩🏽‍🚀', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇩🇪', '1️⃣', '☺'])('%s is an emoji', (emoji) => {
  expect(isEmoji(emoji)).toBe(true)
  expect(new TextEncoder().encode(emoji).length).toBeLessThanOrEqual(LIMITS.emojiBytes)
})

test.each(['', ' ', 'a', 'lol', '1', '👍👍', '👍 ', 'a👍', '\u200b', '\u202e', '💩a', 'é'])('“%s” is none', (text) => {
  expect(isEmoji(text)).toBe(false)
})

describe('a reaction', () => {
  const GROUP = 'group'
  const idOf = <T>(number: number): T => new Uint8Array(32).fill(number) as T
  const [alice, bob, carol] = [1, 2, 3].map(idOf<AccountId>) as [AccountId, AccountId, AccountId]
  const message = idOf<MessageId>(9)

  function conversation() {
    const transaction = new Transaction(null)
    transaction.put(SELF, ['self'], { account: alice, device: idOf<DeviceId>(11), name: 'Alice' } as never)
    const context = { transaction } as unknown as Context
    return {
      transaction,
      says: (account: AccountId, emoji: string, timeMs: number, { about = message, revision = 1 } = {}) =>
        happens(
          context,
          {
            group: GROUP,
            id: idOf<MessageId>(4),
            account,
            device: idOf<DeviceId>(5),
            isOwn: account === alice,
            said: { timeMs, counter: 0, leadMs: null, seen: [] },
          },
          { kind: 'reaction', message: about, revision, emoji },
        ),
      shown: () => besideOf(context, GROUP, textOf(message)).reactions,
    }
  }

  it('is shown with its message, and the emoji of most members comes first', () => {
    const { says, shown } = conversation()
    says(bob, '😂', 1)
    says(alice, '👍', 2)
    says(carol, '👍', 3)
    expect(shown()).toMatchObject([
      { emoji: '👍', own: true, people: [{ name: '', another: 0 }] },
      { emoji: '😂', own: false, people: [{ name: '', another: 0 }] },
    ])
  })

  it('is one for each member: the last one by logical time, in whatever order they arrive and however often', () => {
    const { says, shown } = conversation()
    for (const [emoji, timeMs] of [
      ['👍', 2],
      ['😂', 3],
      ['❤️', 1],
      ['👍', 2],
    ] as const)
      says(bob, emoji, timeMs)
    expect(shown()).toMatchObject([{ emoji: '😂' }])
  })

  it('replaces the one before it whatever the clocks said', () => {
    const { says, shown } = conversation()
    says(bob, '👍', 9)
    says(bob, '😂', 2, { revision: 3 })
    says(bob, '❤️', 3, { revision: 2 })
    expect(shown()).toMatchObject([{ emoji: '😂' }])
  })

  it('that was removed does not return when an earlier one arrives late', () => {
    const { says, shown } = conversation()
    says(bob, '', 2)
    says(bob, '👍', 1)
    expect(shown()).toEqual([])
    says(bob, '👍', 3)
    expect(shown()).toMatchObject([{ emoji: '👍' }])
  })

  it('that is no emoji is dropped and changes nothing', () => {
    const { says, shown } = conversation()
    says(bob, '👍', 1)
    says(bob, 'not so', 2)
    expect(shown()).toMatchObject([{ emoji: '👍' }])
  })

  it('may arrive before its message, and is shown with no other', () => {
    const { says, shown } = conversation()
    says(bob, '👍', 1, { about: idOf<MessageId>(8) })
    expect(shown()).toEqual([])
  })

  it('of a member that reacts to everything replaces the oldest of that member, and of no other', () => {
    const { transaction, says, shown } = conversation()
    says(carol, '👍', 1)
    for (let i = 0; i < LIMITS.reactionsOfMember + 3; i++) {
      const about = new Uint8Array(32) as MessageId
      new DataView(about.buffer).setUint32(0, i)
      says(bob, '👍', 10 + i, { about })
    }
    expect(transaction.scan(REACTION, GROUP, textOf(bob))).toHaveLength(LIMITS.reactionsOfMember)
    expect(transaction.scan(REACTED, GROUP)).toHaveLength(LIMITS.reactionsOfMember + 1)
    expect(shown()).toMatchObject([{ emoji: '👍' }])
  })
})
