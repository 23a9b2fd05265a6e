/** If a removed or departed member may know an epoch's secret, the next sender begins another epoch first (PROTOCOL §6). */
import { OPERATION } from '@sotto/core/inside'
import { operationIdOf } from '@sotto/membership'
import { compareBytes, equalBytes, LIMITS, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 10_000

const operationsOf = (story: Story, person: Person): number => person.rows.scan(OPERATION, story.group).length

/** The id of the rekey that a person's device authored. */
function rekeyedBy(story: Story, person: Person): Uint8Array {
  const rekey = person.rows
    .scan(OPERATION, story.group)
    .find(({ value: { unsigned } }) => unsigned.body.kind === 'rekey' && equalBytes(unsigned.device, person.device))
  if (rekey === undefined) throw new TypeError(`${person.name} did not rekey`)
  return operationIdOf(story.primitives, rekey.value.unsigned)
}

const epochOf = (story: Story, person: Person): string => story.groupOf(person)?.security.epoch ?? ''

/** The epochs in which a person's shown messages were sealed. */
const sealedIn = (story: Story, person: Person): readonly string[] => story.messages(person).map(({ sealed }) => toBase64url(sealed?.epoch ?? new Uint8Array()))

it('nothing is sealed in an epoch that a member has left since it began', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const withCarol = epochOf(story, carol)
  story.ask(carol, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  // A departure brings no secret. While no member writes, no epoch begins.
  expect([alice, bob].map((each) => [story.groupOf(each)?.members.length, epochOf(story, each)])).toEqual([
    [2, withCarol],
    [2, withCarol],
  ])
  story.say(alice, 'one')
  expect(story.msUntil(() => story.shows(bob, 'one'), SOON_MS)).toBeLessThan(SOON_MS)
  story.say(bob, 'two')
  expect(story.msUntil(() => story.shows(alice, 'two'), SOON_MS)).toBeLessThan(SOON_MS)
  // Once: the second finds the epoch that the first began.
  const without = epochOf(story, alice)
  expect(without).not.toBe(withCarol)
  expect([alice, bob].map((each) => sealedIn(story, each))).toEqual([
    [without, without],
    [without, without],
  ])
})

it('nothing is sealed in an epoch of two concurrent removals', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(SOON_MS)
  // Each gives the secret of its removal to the member that the other removes: together the two removed members have both.
  const told = (['operation', 'letter'] as const).flatMap((about) => [story.holdBack(relayed(about, alice, bob)), story.holdBack(relayed(about, bob, alice))])
  story.remove(alice, carol)
  story.remove(bob, dave)
  story.pass(1_000)
  for (const each of told) each()
  story.pass(SOON_MS)
  const ofBoth = epochOf(story, alice)
  expect(ofBoth).not.toBe('')
  expect(epochOf(story, bob)).toBe(ofBoth)
  story.say(bob, 'one')
  expect(story.msUntil(() => story.shows(alice, 'one'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(epochOf(story, alice)).not.toBe(ofBoth)
  expect([alice, bob].map((each) => sealedIn(story, each))).toEqual([[epochOf(story, alice)], [epochOf(story, bob)]])
})

it('two members that write at the same time agree on an epoch at once, although no relay confirms their messages', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  story.ask(carol, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  story.network.killRelay(0)
  const before = operationsOf(story, alice)
  // Neither hears of the other's epoch before it began its own, and each takes back what is unconfirmed when it does.
  const heard = [alice, bob].map((each) => story.holdBack(({ to }) => to === each))
  story.say(alice, 'one')
  story.say(bob, 'two')
  for (const each of heard) each()
  story.pass(SOON_MS)
  for (const each of [alice, bob]) expect(story.shows(each, 'one', 'two')).toBe(true)
  expect(epochOf(story, bob)).toBe(epochOf(story, alice))
  // One from each, and one over both.
  expect(operationsOf(story, alice) - before).toBe(3)
})

it('a member that began an epoch at the same time as another goes on by itself where the other has gone', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol, story.enter('Dave'))
  story.ask(carol, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  story.network.killRelay(0)
  const [toAlice, toBob] = [story.holdBack(({ to }) => to === alice), story.holdBack(({ to }) => to === bob)]
  story.say(alice, 'one')
  story.say(bob, 'two')
  // The one whose operation goes on hears of nothing, as if it had gone.
  const isAlices = compareBytes(rekeyedBy(story, alice), rekeyedBy(story, bob)) < 0
  const waits = isAlices ? bob : alice
  const before = operationsOf(story, waits)
  ;(isAlices ? toBob : toAlice)()
  story.pass(LIMITS.conflictingRekeysMs)
  expect(operationsOf(story, waits) - before).toBe(1)
  story.pass(LIMITS.conflictingRekeysMs + 1_000)
  expect(operationsOf(story, waits) - before).toBe(2)
  expect(sealedIn(story, waits)).toEqual([epochOf(story, waits)])
})
