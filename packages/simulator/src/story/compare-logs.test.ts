/** Members compare logs in private when something shows that one of them lacks an operation (PROTOCOL §5, §7). */
import { ASKED_LOG, MEMBERSHIP_LOG } from '@sotto/core/inside'
import { emptyLog, hasAll, heads, type MembershipLog } from '@sotto/membership'
import { type GroupId, LIMITS, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed } from './story.ts'

const SOON_MS = 5_000

it('a member that writes in an ended epoch is told what ended it', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  const found = (['operation', 'letter'] as const).map((about) => story.lose(relayed(about, alice, carol)))
  story.remove(alice, dave)
  story.pass(SOON_MS)
  for (const each of found) each()
  expect(story.groupOf(carol)?.members.length).toBe(4)
  story.say(carol, 'who is here?')
  expect(story.msUntil(() => story.groupOf(carol)?.members.length === 3, SOON_MS)).toBeLessThan(SOON_MS)
})

it('a removed member that announces itself in an ended epoch is told what ended it, and says what it did meanwhile', async () => {
  // Carol is connected to Dave, and so asks others once in half an hour.
  const story = await beginStory({ direct: (...both) => both.every((name) => ['Carol', 'Dave'].includes(name)) })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol)
  story.ask(alice, { kind: 'setRole', group: story.group, account: carol.account, role: 'admin' })
  story.ask(carol, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
  story.pass(SOON_MS)
  const found = (['operation', 'letter'] as const).flatMap((about) => [alice, bob].map((by) => story.lose(relayed(about, by, carol))))
  for (const each of [alice, bob]) {
    story.lose(relayed('operation', carol, each))
    for (const about of ['operation', 'letter'] as const) story.lose(relayed(about, each, dave))
  }
  story.remove(alice, carol)
  story.join(dave)
  story.ask(carol, { kind: 'setRole', group: story.group, account: alice.account, role: 'member' })
  story.pass(2 * SOON_MS)
  for (const each of found) each()
  const logOf = ({ rows }: Person): MembershipLog => rows.get(MEMBERSHIP_LOG, story.group) ?? emptyLog(new Uint8Array(32) as GroupId)
  const meanwhile = heads(logOf(carol))
  for (const each of [alice, bob]) expect(hasAll(logOf(each), meanwhile)).toBe(false)
  expect(story.groupOf(carol)?.members.length).toBe(4)
  expect(story.msUntil(() => story.groupOf(carol)?.state === 'removed', 2 * LIMITS.announceMs)).toBeLessThan(2 * LIMITS.announceMs)
  story.pass(SOON_MS)
  for (const each of [alice, bob]) expect(hasAll(logOf(each), meanwhile)).toBe(true)
})

it('a member that sends an operation is asked for those that it rests on', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const found = story.lose(relayed('operation', alice, bob))
  story.ask(alice, { kind: 'revokeInvites', group: story.group })
  story.pass(1_000)
  story.remove(alice, carol)
  // The removal comes in a letter too.
  expect(story.msUntil(() => story.groupOf(bob)?.members.length === 2, SOON_MS)).toBeLessThan(SOON_MS)
  found()
})

it('a new member sends nothing before a member that did not admit it has answered, or has been silent for long', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob)
  story.join(carol)
  story.say(carol, 'from Carol')
  expect(story.msUntil(() => story.shows(alice, 'from Carol'), SOON_MS)).toBeLessThan(SOON_MS)
  // No other member answers Dave.
  for (const each of [bob, carol]) story.lose(relayed('letter', each, dave))
  story.join(dave)
  story.say(dave, 'from Dave')
  story.pass(LIMITS.newMemberComparesMs - SOON_MS)
  expect(story.texts(alice)).toEqual(['from Carol'])
  // Not without the reason.
  expect(story.groupOf(dave)?.waitsFor).toBe('comparison')
  expect(story.msUntil(() => story.shows(alice, 'from Dave'), 2 * SOON_MS)).toBeLessThan(2 * SOON_MS)
  expect(story.groupOf(dave)?.waitsFor).toBe(null)
})

it('in a group of two a new member waits for no third one', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice)
  story.join(bob)
  story.say(bob, 'from Bob')
  expect(story.groupOf(bob)?.waitsFor).toBe(null)
  expect(story.msUntil(() => story.shows(alice, 'from Bob'), 2_000)).toBeLessThan(2_000)
})

it('a new member that drew only absent members asks one that comes, and waits only for its answer', async () => {
  const story = await beginStory({ direct: false })
  const away = ['Bob', 'Carol', 'Dave', 'Erin', 'Frank'].map((name) => story.enter(name))
  const [alice, ivan] = [story.enter('Alice'), story.enter('Ivan')]
  story.gather(alice, ...away)
  for (const each of away) each.stop()
  story.join(ivan)
  story.say(ivan, 'from Ivan')
  const drawn = ivan.rows.scan(ASKED_LOG, story.group).map(({ key }) => key[1])
  const [other] = away.filter(({ device }) => !drawn.includes(toBase64url(device)))
  expect(drawn).toHaveLength(3)
  story.pass(1_000)
  expect(story.texts(alice)).toEqual([])
  other?.start()
  expect(story.msUntil(() => story.shows(alice, 'from Ivan'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('a new member stops waiting when the only third account leaves', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  bob.stop()
  story.join(carol)
  story.say(carol, 'from Carol')
  story.pass(1_000)
  expect(story.groupOf(carol)?.waitsFor).toBe('comparison')
  story.remove(alice, bob)
  expect(story.msUntil(() => story.shows(alice, 'from Carol'), SOON_MS)).toBeLessThan(SOON_MS)
})

it.each([
  ['one', false],
  ['two that are connected', true],
])('a member that was away while all whom it knew left is found by %s that came meanwhile', async (_who, direct) => {
  const story = await beginStory({ direct })
  const [alice, carol] = [story.enter('Alice'), story.enter('Carol')]
  story.gather(alice, carol)
  alice.stop()
  const others = (direct ? ['Dave', 'Eve'] : ['Dave']).map((name) => story.enter(name))
  const [dave = carol] = others
  for (const each of others) story.join(each)
  story.pass(SOON_MS)
  story.ask(carol, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  // Dave begins the next epoch, and Alice lacks its secret.
  story.say(dave, 'who is here?')
  story.pass(SOON_MS)
  for (const each of [carol, ...others]) each.stop()
  story.pass(LIMITS.retentionMs + 9 * 86_400_000)
  for (const each of [alice, ...others]) each.start()
  expect(story.msUntil(() => story.groupOf(alice)?.security.epoch === story.groupOf(dave)?.security.epoch, 300_000)).toBeLessThan(300_000)
  const accountsOf = (person: Person) => story.groupOf(person)?.members.map(({ account }) => account)
  expect(accountsOf(alice)).toEqual(accountsOf(dave))
  story.say(alice, 'I am')
  expect(story.msUntil(() => story.shows(dave, 'I am'), 60_000)).toBeLessThan(60_000)
})

it('so it is by one whom others let in that came meanwhile and left too', async () => {
  const story = await beginStory({ direct: false })
  const [alice, carol, dave, eve] = [story.enter('Alice'), story.enter('Carol'), story.enter('Dave'), story.enter('Eve')]
  story.gather(alice, carol)
  alice.stop()
  story.join(dave)
  story.pass(SOON_MS)
  story.ask(carol, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  story.ask(dave, { kind: 'createInvite', group: story.group }, ({ invite }) => story.ask(eve, { kind: 'join', invite: invite ?? '' }))
  expect(story.msUntil(() => story.groupOf(eve)?.state === 'member', 30_000)).toBeLessThan(30_000)
  story.pass(SOON_MS)
  story.ask(dave, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  story.say(eve, 'who is here?')
  story.pass(SOON_MS)
  for (const each of [carol, dave, eve]) each.stop()
  story.pass(LIMITS.retentionMs + 9 * 86_400_000)
  for (const each of [alice, eve]) each.start()
  expect(story.msUntil(() => story.groupOf(alice)?.security.epoch === story.groupOf(eve)?.security.epoch, 300_000)).toBeLessThan(300_000)
  story.say(alice, 'I am')
  expect(story.msUntil(() => story.shows(eve, 'I am'), 60_000)).toBeLessThan(60_000)
})
