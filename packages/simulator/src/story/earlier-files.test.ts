/** Files of what is passed on to a new member (PROTOCOL §8.92, §8.93): their keys come along, and each belongs to its own name. */
import { FILE } from '@sotto/core/inside'
import { toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { fileRow, gathered, isSame, msUntilWhole, readAll, sendFiles, shown, someBytes } from './file-story.ts'
import type { Person, Story } from './story.ts'

const SOON_MS = 20_000
const CONTENTS = [someBytes(70_000), someBytes(900, 2), someBytes(61_424, 3)]

/** Alice and Bob, in a group that passes on the last hundred messages. */
async function desk() {
  const { story, people } = await gathered(['Alice', 'Bob'])
  const [alice, bob] = people
  story.ask(alice, { kind: 'setHistory', group: story.group, days: 0, messages: 100 })
  story.pass(SOON_MS)
  return { story, alice, bob }
}

function joined(story: Story): Person {
  const carol = story.enter('Carol')
  story.join(carol)
  story.pass(3 * SOON_MS)
  return carol
}

const keyOf = (story: Story, person: Person, message: string, number: number): string =>
  toBase64url(fileRow(story, person, message, number)?.key ?? new Uint8Array())

it('come whole to who is new, from members, though their author is gone', async () => {
  const { story, alice, bob } = await desk()
  const message = sendFiles(story, bob, 'the minutes', ...CONTENTS)
  story.msUntil(() => alice.rows.scan(FILE, story.group, message).every(({ value }) => value.state === 'whole'), 120_000)
  bob.stop()
  const carol = joined(story)
  story.msUntil(() => carol.rows.scan(FILE, story.group, message).filter(({ value }) => value.state === 'whole').length === 3, 120_000)
  for (const [number, bytes] of CONTENTS.entries()) expect(isSame(readAll(story, carol, message, number), bytes)).toBe(true)
  expect(shown(story, carol)[0]?.files.map(({ state }) => state)).toEqual(['here', 'here', 'here'])
})

it('each have their own key where another of their message is not at the device that passes them on', async () => {
  const { story, alice, bob } = await desk()
  const message = sendFiles(story, bob, 'the minutes', ...CONTENTS)
  msUntilWhole(story, message, [alice])
  story.pass(SOON_MS)
  const keys = [1, 2].map((number) => keyOf(story, bob, message, number))
  alice.tamper((transaction) => transaction.delete(FILE, story.group, message, '0'.padStart(10, '0')))
  const carol = joined(story)
  const described = shown(story, carol)[0]?.files ?? []
  expect(described.map(({ sizeBytes }) => sizeBytes)).toEqual([900, 61_424])
  expect([0, 1].map((number) => keyOf(story, carol, message, number))).toEqual(keys)
  story.msUntil(() => carol.rows.scan(FILE, story.group, message).every(({ value }) => value.state === 'whole'), 120_000)
  expect(isSame(readAll(story, carol, message, 0), someBytes(900, 2))).toBe(true)
  expect(isSame(readAll(story, carol, message, 1), someBytes(61_424, 3))).toBe(true)
})

it('do not come with what was deleted, or vanishes', async () => {
  const { story, alice, bob } = await desk()
  const deleted = sendFiles(story, bob, 'deleted', CONTENTS[1] ?? new Uint8Array())
  story.ask(alice, { kind: 'setLifetime', group: story.group, seconds: 3_600 })
  story.pass(SOON_MS)
  const vanishing = sendFiles(story, bob, 'vanishes', CONTENTS[1] ?? new Uint8Array())
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'deleteMessage', group: story.group, message: deleted, forAll: true })
  story.pass(SOON_MS)
  expect(alice.rows.scan(FILE, story.group).map(({ key }) => key[1])).toEqual([vanishing])
  const carol = joined(story)
  expect(carol.rows.scan(FILE, story.group)).toEqual([])
  expect(shown(story, carol)).toEqual([])
})
