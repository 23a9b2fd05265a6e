/** The checks of what people say of themselves, choose and block notice what they are for (I42 to I44). */
import { BLOCKED, CONVERSATION, CONVERSATION_CHOICES, GROUP_PROFILE, PROFILE } from '@sotto/core/inside'
import { toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { BlockedPeople } from './blocked-people.ts'
import { ListChoices } from './list-choices.ts'
import { pictureOf } from './people-events.ts'
import { beginStory } from './story/story.ts'
import { checkProfiles } from './told-profiles.ts'

const SOON_MS = 20_000

async function two() {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(bob, 'hello')
  story.pass(SOON_MS)
  const violations: string[] = []
  return { story, alice, bob, violations, violate: (what: string) => void violations.push(what.slice(0, 3)) }
}

it('a profile that another shows otherwise, and a group’s', async () => {
  const { story, alice, bob, violations, violate } = await two()
  story.ask(alice, { kind: 'setProfile', line: 'here', picture: toBase64url(pictureOf(1)) })
  story.ask(alice, { kind: 'setGroupProfile', group: story.group, description: 'ours' })
  story.pass(SOON_MS)
  const check = () => checkProfiles([alice, bob], story.group, true, violate)
  check()
  expect(violations).toEqual([])
  bob.tamper((transaction) => transaction.delete(PROFILE, alice.account))
  check()
  expect(violations).toEqual(['I42'])
  bob.tamper((transaction) => transaction.delete(GROUP_PROFILE, story.group))
  check()
  expect(violations).toEqual(['I42', 'I42', 'I42'])
})

it('a choice that a device forgot, and one that is told', async () => {
  const { story, alice, violations, violate } = await two()
  const choices = new ListChoices(violate)
  choices.choose(alice, story.group, 'pin')
  choices.choose(alice, story.group, 'mute')
  story.pass(1_000)
  choices.check([alice])
  expect(violations).toEqual([])
  alice.tamper((transaction) => transaction.delete(CONVERSATION_CHOICES, story.group))
  choices.check([alice])
  expect(violations).toEqual(['I43', 'I43'])
  expect(alice.sentAtOnce({ kind: 'setPinned', group: story.group, isPinned: true })).toEqual([])
  expect(alice.sentAtOnce({ kind: 'send', group: story.group, text: 'to all' }).length).toBeGreaterThan(0)
})

it('a blocked person who shows, and a device that forgot', async () => {
  const { story, alice, bob, violations, violate } = await two()
  const blocked = new BlockedPeople(story.primitives, violate)
  const last = alice.rows.get(CONVERSATION, story.group)
  if (last === undefined) throw new RangeError('nothing was said')
  blocked.block(alice, bob.account, true)
  story.pass(1_000)
  blocked.look(alice)
  story.pass(1_000)
  blocked.check([alice])
  expect([violations, alice.rows.get(CONVERSATION, story.group)?.last]).toEqual([[], null])
  alice.tamper((transaction) => transaction.put(CONVERSATION, [story.group], last))
  blocked.look(alice)
  expect(violations).toEqual(['I44'])
  alice.tamper((transaction) => transaction.delete(BLOCKED, bob.account))
  blocked.check([alice])
  expect(violations).toEqual(['I44', 'I44'])
})
