/** A removed member, two that pool what they have, and a new member: each with its whole state and every derivation. */
import { afterEach, expect, it } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { waitUntil } from '../fixtures/wait-until.ts'
import { readerWith } from './reading-program.ts'
import { type Watched, type WatchedGroup, watchGroup } from './watched-group.ts'

let world: WatchedGroup | null = null
afterEach(async () => {
  await world?.end()
  world = null
})

/** Envelopes only: letters and requests to join are for one reader by their nature. */
const isEnvelope = (record: Uint8Array): boolean => record[0] === 1 && record.length === 256

/** Each says something; ends when all have read it and the relay has it too: members may hear of it from each other first. */
async function say({ appended }: WatchedGroup, people: readonly Watched[], group: string, word: string): Promise<void> {
  const from = appended.length
  for (const each of people) await each.ask({ kind: 'send', group, text: `${word} ${each.name}` })
  for (const reader of people)
    await reader.untilTexts(
      group,
      people.map((each) => `${word} ${each.name}`),
    )
  await waitUntil(`the relay has “${word}”`, () => appended.slice(from).filter(isEnvelope).length >= people.length)
}

it('what removed members kept opens nothing later, also when two pool it, and a new member opens nothing earlier', async () => {
  world = await watchGroup()
  const primitives = await loadSodiumPrimitives()
  const { relay, appended } = world
  const alice = await world.person('Alice')
  const bob = await world.person('Bob')
  const carol = await world.person('Carol')
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  for (const each of [bob, carol]) await world.join(each, alice, group)
  // A message that comes with its key is opened in one commit: the key is then stored behind it, and a copy does not open it.
  await say(world, [alice, bob, carol], group, 'first')
  const fromFirst = appended.length
  await say(world, [alice, bob, carol], group, 'before')

  const accountOf = (person: Watched): string => person.view().profile?.account ?? ''
  for (const gone of [carol, bob]) {
    await alice.ask({ kind: 'removeMember', group, account: accountOf(gone) })
    await gone.until('told', ({ groups }) => (groups[0]?.state === 'removed' ? true : undefined))
  }
  const dave = await world.person('Dave')
  await world.join(dave, alice, group)
  const fromHere = appended.length
  await say(world, [alice, dave], group, 'after')
  const early = appended.slice(fromFirst, fromHere).filter(isEnvelope)
  const late = appended.slice(fromHere).filter(isEnvelope)

  const removed = readerWith(primitives, carol.rows)
  const pooled = readerWith(primitives, [...carol.rows, ...bob.rows])
  const members = readerWith(primitives, [...alice.rows, ...dave.rows])
  const newMember = readerWith(primitives, dave.rows)
  // The control: the same program opens everything earlier, and with members' states everything current. A device cannot
  // open what it sealed itself: the chain key was never stored before that step.
  expect(removed.opens(early)).toBeGreaterThanOrEqual(early.length - 1)
  expect(pooled.opens(early)).toBe(early.length)
  expect(members.opens(late)).toBe(late.length)
  expect(removed.opens(late)).toBe(0)
  expect(pooled.opens(late)).toBe(0)
  expect(newMember.opens(late)).toBeGreaterThanOrEqual(late.length - 1)
  expect(newMember.opens(early)).toBe(0)

  const [address = ''] = relay.addresses
  const nowTopics = [...newMember.topics]
  const nowMailboxes = [...newMember.mailboxes(address)]
  expect(nowTopics.length).toBeGreaterThan(0)
  expect(nowTopics.some((topic) => pooled.topics.has(topic))).toBe(false)
  expect(nowMailboxes.some((mailbox) => pooled.mailboxes(address).has(mailbox))).toBe(false)
  expect([...removed.topics].every((topic) => members.topics.has(topic))).toBe(true)
})
