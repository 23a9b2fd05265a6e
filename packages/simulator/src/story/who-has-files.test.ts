/** Who has a message's files, in its details (PROTOCOL §14.20). */
import type { MessageDetails } from '@sotto/core'
import { expect, it } from 'vitest'
import { gathered, msUntilWhole, sendFiles, someBytes, stateOf } from './file-story.ts'
import type { Person, Story } from './story.ts'

const SOON_MS = 20_000
const CHUNK = 61_424

/** By name: what is known of each other reader's files. */
function filesIn(story: Story, person: Person, message: string): { readonly [name: string]: MessageDetails['readers'][number]['files'] } {
  let details: MessageDetails | undefined
  story.ask(person, { kind: 'messageDetails', group: story.group, message }, (value) => (details = value.details))
  return Object.fromEntries((details?.readers ?? []).filter(({ own }) => !own).map(({ name, files }) => [name, files]))
}

it('says of those who are connected that they fetch one, and that they have it', async () => {
  const { story, people } = await gathered(['Alice', 'Bob', 'Carol'])
  const [alice, bob, carol] = people as [Person, Person, Person]
  story.ask(carol, { kind: 'setFetchedAtOnce', bytes: 1_000 })
  const message = sendFiles(story, alice, '', someBytes(60 * CHUNK), someBytes(700, 2))
  story.msUntil(() => stateOf(story, bob, message) === 'coming', 60_000)
  story.pass(100)
  expect(filesIn(story, alice, message)['Bob']).toMatchObject({ fetches: expect.any(Number) as number })
  msUntilWhole(story, message, [bob])
  story.pass(SOON_MS)
  // Carol has the small one, and waits with the other until she is asked.
  expect(filesIn(story, alice, message)).toEqual({ Bob: { has: 2, fetches: 0 }, Carol: { has: 1, fetches: 0 } })
  expect(stateOf(story, carol, message)).toBe('waiting')
  story.ask(carol, { kind: 'fetchFile', group: story.group, message, number: 0 })
  msUntilWhole(story, message, [carol])
  story.pass(SOON_MS)
  expect(filesIn(story, alice, message)).toEqual({ Bob: { has: 2, fetches: 0 }, Carol: { has: 2, fetches: 0 } })
})

it('says nothing of those who are gone, or never asked', async () => {
  const { story, people } = await gathered(['Alice', 'Bob', 'Carol'])
  const [alice, bob, carol] = people as [Person, Person, Person]
  carol.stop()
  const message = sendFiles(story, alice, '', someBytes(700))
  msUntilWhole(story, message, [bob])
  story.pass(SOON_MS)
  expect(filesIn(story, alice, message)).toEqual({ Bob: { has: 1, fetches: 0 }, Carol: null })
  bob.stop()
  story.pass(3 * 60_000)
  expect(filesIn(story, alice, message)).toEqual({ Bob: null, Carol: null })
  bob.start()
  story.pass(SOON_MS)
  expect(filesIn(story, alice, message)['Bob']).toBeNull()
})
