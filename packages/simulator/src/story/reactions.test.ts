/** Reactions to a message (PROTOCOL §8). */
import type { MessageView } from '@sotto/core'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000

/** The messages that a page shows. */
function page(story: Story, person: Person): readonly MessageView[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
  return shown.filter(({ body }) => body.kind === 'text')
}

const emojis = (story: Story, person: Person): readonly string[] => page(story, person).flatMap(({ reactions }) => reactions.map(({ emoji }) => emoji))

async function two() {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'well?')
  story.pass(SOON_MS)
  const react = (person: Person, emoji: string | null): void =>
    story.ask(person, { kind: 'react', group: story.group, message: page(story, person)[0]?.id ?? '', emoji })
  return { story, alice, bob, react }
}

it('every member sees who reacted and how; a reaction is not a message and leaves the list of conversations unchanged', async () => {
  const { story, alice, bob, react } = await two()
  const unread = story.groupOf(alice)?.unread
  react(bob, '👍')
  expect(page(story, bob)[0]?.reactions).toEqual([{ emoji: '👍', people: [], own: true }])
  story.pass(SOON_MS)
  expect(page(story, alice)[0]?.reactions).toEqual([{ emoji: '👍', people: [{ name: 'Bob', another: 0 }], own: false }])
  expect(story.texts(alice)).toEqual(['well?'])
  expect(story.groupOf(alice)?.unread).toBe(unread)
  expect(story.groupOf(alice)?.lastMessage?.text).toBe('well?')
})

it('one that was made while a clock was days ahead is replaced by the next, after a restart too', async () => {
  const { story, alice, bob, react } = await two()
  bob.skewMs = 3 * 86_400_000
  react(bob, '👍')
  story.pass(SOON_MS)
  bob.skewMs = 0
  react(bob, '😂')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(emojis(story, person)).toEqual(['😂'])
  bob.stop()
  bob.start()
  react(bob, null)
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(emojis(story, person)).toEqual([])
})

it('another reaction replaces it, and it can be removed', async () => {
  const { story, alice, bob, react } = await two()
  react(bob, '👍')
  react(bob, '😂')
  story.pass(SOON_MS)
  expect(emojis(story, alice)).toEqual(['😂'])
  react(bob, null)
  story.pass(SOON_MS)
  expect(emojis(story, alice)).toEqual([])
  expect(emojis(story, bob)).toEqual([])
})

it('it outlasts restarts', async () => {
  const { story, alice, bob, react } = await two()
  react(bob, '❤️')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) {
    person.stop()
    person.start()
  }
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(emojis(story, person)).toEqual(['❤️'])
})

it('a message that is sealed again in the next epoch keeps its reactions', async () => {
  const { story, alice, bob } = await two()
  const carol = story.enter('Carol')
  story.join(carol)
  // Alice learns neither that the relay has it nor that any member does, so she seals it again.
  const found = story.lose(({ what, to }) => to === alice && (what === 'stored' || what === 'relayed letter'))
  story.say(alice, 'twice')
  story.pass(5_000)
  story.ask(bob, { kind: 'react', group: story.group, message: page(story, bob).at(-1)?.id ?? '', emoji: '👍' })
  found()
  story.remove(alice, carol)
  story.pass(60_000)
  for (const person of [alice, bob]) expect(page(story, person).at(-1)).toMatchObject({ body: { text: 'twice' }, reactions: [{ emoji: '👍' }] })
})

it('a reaction made offline arrives once there is a connection', async () => {
  const { story, alice, bob, react } = await two()
  story.network.partition([bob], true)
  react(bob, '👍')
  story.pass(SOON_MS)
  expect(emojis(story, bob)).toEqual(['👍'])
  expect(emojis(story, alice)).toEqual([])
  story.network.heal()
  expect(story.msUntil(() => emojis(story, alice).length > 0, 120_000)).toBeLessThan(120_000)
})

it('a text that is not an emoji is refused', async () => {
  const { story, bob } = await two()
  const message = page(story, bob)[0]?.id ?? ''
  let refused = ''
  for (const emoji of ['lol', '', '👍👍']) {
    bob.request({ kind: 'react', group: story.group, message, emoji }, (reply) => (refused += reply.ok ? 'granted ' : `${reply.rejection.code} `))
    story.pass(100)
  }
  bob.request({ kind: 'react', group: story.group, message: 'nothing', emoji: '👍' }, (reply) => (refused += reply.ok ? 'granted' : reply.rejection.code))
  story.pass(100)
  expect(refused).toBe('reactionNoEmoji reactionNoEmoji reactionNoEmoji unknownMessage')
})

it('the emoji that a person used last are offered first, also after a restart', async () => {
  const { story, bob, react } = await two()
  react(bob, '👍')
  react(bob, '😂')
  react(bob, null)
  story.ask(bob, { kind: 'keepEmoji', emoji: '🎉' })
  story.ask(bob, { kind: 'keepEmoji', emoji: '👍' })
  let refused = ''
  bob.request({ kind: 'keepEmoji', emoji: 'no' }, (reply) => (refused += reply.ok ? 'granted' : reply.rejection.code))
  story.pass(100)
  bob.stop()
  bob.start()
  expect(refused).toBe('reactionNoEmoji')
  expect(bob.view().self?.recentEmoji).toEqual(['👍', '🎉', '😂'])
  const some = Array.from({ length: 30 }, (_, i) => String.fromCodePoint(0x1f600 + i))
  for (const emoji of some) story.ask(bob, { kind: 'keepEmoji', emoji })
  expect(bob.view().self?.recentEmoji).toEqual(some.toReversed().slice(0, 24))
})
