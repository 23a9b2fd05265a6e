/** A device with a changed program sends a name that shows nothing, or changes what is around it: members see the one form of it, or none. */
import { SELF } from '@sotto/core/inside'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const BLANK = '\u3164\u200b'

const rename = (person: Person, name: string): void =>
  person.tamper((transaction) => {
    const self = transaction.get(SELF, 'self')
    if (self !== undefined) transaction.put(SELF, ['self'], { ...self, name, nameRevision: self.nameRevision + 1 })
  })

const nameSeenBy = (story: Story, by: Person, whom: Person): string | undefined =>
  story.groupOf(by)?.members.find(({ account }) => account === whom.account)?.name

it('a new member with such a name has none, for the admitting member and for those told by others', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, blank] = [story.enter('Alice'), story.enter('Bob'), story.enter('Blank')]
  rename(blank, BLANK)
  story.gather(alice, blank, bob)
  story.say(blank, 'who am I?')
  story.pass(5_000)
  expect([alice, bob, blank].map((each) => nameSeenBy(story, each, blank))).toEqual(['', '', ''])
  expect(story.groupOf(alice)?.lastMessage).toMatchObject({ text: 'who am I?', senderName: '' })
})

it('a member that takes such a name keeps the one it had', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  story.say(bob, 'before')
  story.pass(5_000)
  rename(bob, BLANK)
  // A removal rotates every key, and the name travels with the key.
  story.remove(alice, carol)
  story.pass(5_000)
  story.say(bob, 'after')
  story.pass(5_000)
  expect(story.texts(alice)).toEqual(['before', 'after'])
  expect(nameSeenBy(story, alice, bob)).toBe('Bob')
})

it('a name that would turn the text around it round, or differ from another by what nobody sees, is shown in its one form', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  rename(mallory, '\u202e Al\u200bi\u2066ce\n')
  story.gather(alice, mallory, bob)
  story.say(mallory, 'hello')
  story.pass(5_000)
  expect([alice, bob].map((each) => nameSeenBy(story, each, mallory))).toEqual(['Alice', 'Alice'])
})

it('a member that is called as this person is told apart, also after the last group was forgotten', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  rename(alice, '\u0412ob')
  const another = (): number | undefined => story.groupOf(bob)?.members.find(({ account }) => account === alice.account)?.another
  story.gather(alice, bob)
  expect(another()).toBe(1)
  story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
  story.ask(bob, { kind: 'forgetGroup', group: story.group })
  story.pass(5_000)
  expect(another()).toBeUndefined()
  // His departure closed the invite.
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite = '' }) => (story.invite = invite))
  story.join(bob)
  story.pass(20_000)
  expect(another()).toBe(1)
})
