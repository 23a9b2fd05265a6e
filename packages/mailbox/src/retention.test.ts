/** What is kept for how long (PROTOCOL §8.59): each class is there to the last moment, and no trace of it afterwards. */
import { decode, LIMITS, mailboxAnswer } from '@sotto/wire'
import { expect, test } from 'vitest'
import { type MailboxCredentials, mailboxIdOf } from './credentials.ts'
import { createWorld, credentialsOf, primitives, sendCapabilityOf, type World } from './testing/story-world.ts'

const DAY = 86_400_000

/** How many records a mailbox has, as its reader is served. */
function countIn(world: World, mailbox: MailboxCredentials): number {
  const [result] = world.relay.execute(
    [{ kind: 'read', mailbox: mailboxIdOf(primitives, mailbox.keys), after: 0, mostRecords: 9, mostBytes: 2 ** 20 }],
    world.nowMs,
  )
  return result?.kind === 'records' ? result.records.length : 0
}

const inbox = credentialsOf('inbox', 'bob', 'read')
const KINDS: readonly (readonly [what: string, mailbox: MailboxCredentials, read: MailboxCredentials, days: number])[] = [
  ['a group’s record', credentialsOf('group', 'group'), credentialsOf('group', 'group'), 30],
  ['a letter by a send capability', sendCapabilityOf('bob', 'alice'), inbox, 30],
  ['a stranger’s letter', credentialsOf('inbox', 'bob', 'append'), inbox, 7],
  ['a request to join', credentialsOf('rendezvous', 'invite', 'append'), credentialsOf('rendezvous', 'invite', 'read'), 7],
  ['a file’s chunk', credentialsOf('blob', 'file'), credentialsOf('blob', 'file'), 14],
]

test.each(KINDS)('%s is kept to the last moment of its days, and not a moment longer', (_what, mailbox, read, days) => {
  const world = createWorld()
  const alice = world.person('alice')
  alice.append(mailbox, 'kept')
  expect(alice.outcome('kept')).toBeTypeOf('number')
  world.nowMs += days * DAY - 1
  world.relay.expire(world.nowMs)
  expect(countIn(world, read)).toBe(1)
  world.nowMs += 1
  expect(countIn(world, read)).toBe(0)
})

test('a signal is kept for nobody', () => {
  const world = createWorld()
  const group = credentialsOf('group', 'group')
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  bob.want(group)
  alice.append(group, 'now', { class: 'signal' })
  expect(bob.read('signal')).toEqual(['now'])
  expect(countIn(world, group)).toBe(0)
})

test('prekeys are kept as long as letters are', () => {
  const world = createWorld()
  const owner = world.person('bob')
  const publication = { shared: new Uint8Array(9), lastResort: new Uint8Array(9), oneTime: [], oneTimeKem: [] }
  owner.run((machine, state) => machine.publishKeys(state, { token: 'keys', credentials: inbox, replace: true, publication }, world.nowMs))
  const isThere = (): boolean => {
    const [result] = world.relay.execute([{ kind: 'countKeys', mailbox: mailboxIdOf(primitives, inbox.keys) }], world.nowMs)
    return result?.kind === 'keysLeft' && result.left.published
  }
  world.nowMs += 30 * DAY - 1
  expect(isThere()).toBe(true)
  world.nowMs += 1
  expect(isThere()).toBe(false)
})

test('a relay that keeps less says so, and strangers’ letters are kept no longer than others', () => {
  const world = createWorld({ retentionMs: 2 * DAY })
  const [said] = world.relay.connect(900, 'peer of carol', 'carol', world.nowMs)
  const hello = said?.kind === 'frame' ? decode(mailboxAnswer, said.frame) : undefined
  expect(hello).toMatchObject({ kind: 'hello', limits: { keepSeconds: 2 * 86_400, strangersKeepSeconds: 2 * 86_400, blobKeepSeconds: 2 * 86_400 } })
  for (const [, mailbox, read] of KINDS) {
    const alice = world.person('alice')
    alice.append(mailbox, 'kept')
    world.nowMs += 2 * DAY - 1
    expect(countIn(world, read)).toBe(1)
    world.nowMs += 1
    expect(countIn(world, read)).toBe(0)
  }
  const [usual] = createWorld().relay.connect(900, 'peer of carol', 'carol', 0)
  const told = usual?.kind === 'frame' ? decode(mailboxAnswer, usual.frame) : undefined
  expect(told).toMatchObject({ limits: { keepSeconds: LIMITS.retentionMs / 1_000, strangersKeepSeconds: LIMITS.strangerRetentionMs / 1_000 } })
})
