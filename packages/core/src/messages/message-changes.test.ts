import { type AccountId, type DeviceId, LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { Transaction } from '../state/table.ts'
import { CHANGED, MESSAGE_CHANGE } from '../state/tables/message-changes.ts'
import { changersOf, editsOf, takeDeletion, takeEdit } from './message-changes.ts'

const GROUP = 'group'
const idOf = <T>(number: number): T => new Uint8Array(32).fill(number) as T
const [alice, bob] = [1, 2].map(idOf<AccountId>) as [AccountId, AccountId]

function conversation() {
  const transaction = new Transaction(null)
  const context = { transaction, nowMs: 0, histories: [], internalEvents: [] } as unknown as Context
  let nowMs = 0
  const saying = (account: AccountId, timeMs: number) => ({
    group: GROUP,
    id: idOf<never>(4),
    account,
    device: idOf<DeviceId>(5),
    isOwn: false,
    said: { timeMs, counter: 0, leadMs: null, seen: [] },
  })
  const at = () => ({ ...context, nowMs: nowMs++ })
  return {
    transaction,
    context,
    edits: (account: AccountId, message: string, timeMs: number, revision = 1) =>
      takeEdit(at(), saying(account, timeMs), { message, revision, text: `at ${timeMs}`, mentions: [] }),
    deletes: (account: AccountId, message: string) => takeDeletion(at(), saying(account, 9), message),
    times: (account: AccountId, message: string, saidMs = 0) => editsOf(context, GROUP, message, { account, saidMs }).map(({ timeMs }) => timeMs),
    /** Texts that are kept. */
    kept: () => {
      const kept = new Map<string, boolean>()
      for (const { id, value } of context.histories) kept.set(id, value !== null)
      return [...kept.values()].filter(Boolean).length
    },
  }
}

describe('what members say has become of a message', () => {
  it('is kept in the order of logical time, once, and for each account by itself', () => {
    const { edits, times, kept } = conversation()
    for (const timeMs of [3, 1, 2, 3]) edits(alice, 'm', timeMs)
    edits(bob, 'm', 7)
    expect([times(alice, 'm'), times(bob, 'm'), kept()]).toEqual([[1, 2, 3], [7], 4])
  })

  it('is in the order of its revisions, whatever the clocks said', () => {
    const { edits, times } = conversation()
    for (const [timeMs, revision] of [
      [5, 3],
      [9, 1],
      [2, 2],
      [4, 3],
    ] as const)
      edits(alice, 'm', timeMs, revision)
    expect(times(alice, 'm')).toEqual([9, 2, 4, 5])
  })

  it('counts for a day by its author’s clock', () => {
    const { edits, times } = conversation()
    edits(alice, 'm', 100 + LIMITS.editMs)
    edits(alice, 'm', 101 + LIMITS.editMs)
    expect(times(alice, 'm', 100)).toEqual([100 + LIMITS.editMs])
  })

  it('has a bound for each message: the oldest edits go, with their texts, whenever they come', () => {
    const { edits, times, kept } = conversation()
    for (let timeMs = 1; timeMs <= LIMITS.editsOfMessage + 5; timeMs++) edits(alice, 'm', timeMs)
    edits(alice, 'm', 2)
    expect([times(alice, 'm')[0], times(alice, 'm').length, kept()]).toEqual([6, LIMITS.editsOfMessage, LIMITS.editsOfMessage])
  })

  it('a deletion takes all texts with it, and none comes after it', () => {
    const { edits, deletes, times, kept } = conversation()
    edits(alice, 'm', 1)
    edits(alice, 'm', 2)
    deletes(alice, 'm')
    edits(alice, 'm', 3)
    expect([times(alice, 'm'), kept()]).toEqual([[], 0])
  })

  it('has a bound for each member: what changed longest ago goes first, and nothing of another member', () => {
    const { edits, deletes, transaction, context, kept } = conversation()
    edits(bob, 'first', 1)
    for (let i = 0; i < LIMITS.changedOfMember; i++) edits(alice, `m${i}`, 1)
    edits(alice, 'm0', 2)
    deletes(alice, 'one more')
    expect(transaction.scan(MESSAGE_CHANGE, GROUP, textOf(alice))).toHaveLength(LIMITS.changedOfMember)
    expect(transaction.scan(CHANGED, GROUP)).toHaveLength(LIMITS.changedOfMember + 1)
    expect(['first', 'm0', 'm1', 'one more'].map((message) => changersOf(context, GROUP, message).length)).toEqual([1, 1, 0, 1])
    expect(kept()).toBe(LIMITS.changedOfMember + 1)
  })
})
