/** People who are mentioned in a text (PROTOCOL §8.34, §8.35, §8.36). */
import type { MessageView, RejectionCode, WrittenMention } from '@sotto/core'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000

function page(story: Story, person: Person): readonly MessageView[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
  return shown.filter(({ body }) => body.kind === 'text')
}

const mentionsIn = (message: MessageView | undefined) => (message?.body.kind === 'text' ? message.body.mentions : [])

const accountOf = (person: Person): string => person.view().self?.account ?? ''

/** A mention of someone, where the written name stands in a text. */
const mention = (whom: Person, text: string, written: string): WrittenMention => ({
  account: accountOf(whom),
  start: text.indexOf(written),
  length: written.length,
})

async function three() {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  story.say(alice, 'hello')
  story.pass(SOON_MS)
  return { story, alice, bob, carol }
}

it('everybody is shown who is mentioned under the name that their own device has, and the mentioned one is told', async () => {
  const { story, alice, bob, carol } = await three()
  story.ask(carol, { kind: 'setPetname', account: accountOf(bob), petname: 'Robert' })
  const text = 'Has @Bob the keys?'
  story.ask(alice, { kind: 'send', group: story.group, text, mentions: [mention(bob, text, '@Bob')] })
  story.pass(SOON_MS)
  expect(mentionsIn(page(story, carol).at(-1))).toMatchObject([{ name: 'Robert', own: false, start: 4, length: 4 }])
  expect(mentionsIn(page(story, bob).at(-1))).toMatchObject([{ name: 'Bob', own: true }])
  expect(story.groupOf(carol)?.lastMessage?.text).toBe('Has @Robert the keys?')
  expect([alice, bob, carol].map((person) => story.groupOf(person)?.mentions)).toEqual([0, 1, 0])
})

it('an answer may mention people too, and is quoted with the names of its reader', async () => {
  const { story, alice, bob, carol } = await three()
  const asked = page(story, bob)[0]?.id ?? ''
  story.ask(bob, { kind: 'send', group: story.group, text: '@Carol has them', replyTo: asked, mentions: [mention(carol, '@Carol has them', '@Carol')] })
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'setPetname', account: accountOf(carol), petname: 'Caro' })
  const answer = page(story, alice).at(-1)
  story.ask(alice, { kind: 'send', group: story.group, text: 'thanks', replyTo: answer?.id ?? '' })
  const last = page(story, alice).at(-1)
  expect(last?.body.kind === 'text' ? last.body.replyTo?.said?.text : '').toBe('@Caro has them')
  expect(story.groupOf(carol)?.mentions).toBe(1)
})

it('how often one is mentioned in what is not read yet outlasts a restart, and ends with reading', async () => {
  const { story, alice, bob } = await three()
  for (const text of ['@Bob?', '@Bob!'])
    story.ask(alice, { kind: 'send', group: story.group, text, mentions: [mention(bob, text, '@Bob'), mention(bob, text, '@Bob')] })
  story.say(alice, 'never mind')
  story.pass(SOON_MS)
  bob.stop()
  bob.start()
  expect(story.groupOf(bob)).toMatchObject({ unread: 4, mentions: 2 })
  story.ask(bob, { kind: 'markRead', group: story.group })
  expect(story.groupOf(bob)).toMatchObject({ unread: 0, mentions: 0 })
})

it('a draft keeps whom it mentions, over restarts, until it is sent', async () => {
  const { story, alice, bob } = await three()
  const mentions = [mention(alice, 'ask @Alice', '@Alice')]
  story.ask(bob, { kind: 'setDraft', group: story.group, text: 'ask @Alice', mentions })
  bob.stop()
  bob.start()
  expect(story.groupOf(bob)).toMatchObject({ draft: 'ask @Alice', draftMentions: mentions })
  story.ask(bob, { kind: 'setDraft', group: story.group, text: 'ask @Alice', mentions: [] })
  expect(story.groupOf(bob)).toMatchObject({ draft: 'ask @Alice', draftMentions: [] })
  story.ask(bob, { kind: 'setDraft', group: story.group, text: 'ask @Alice', mentions })
  story.ask(bob, { kind: 'send', group: story.group, text: 'ask @Alice', mentions })
  expect(story.groupOf(bob)).toMatchObject({ draft: '', draftMentions: [] })
  story.pass(SOON_MS)
  expect(story.groupOf(alice)?.mentions).toBe(1)
})

it('what stands where no mention can be is text, and whom nobody here knows is shown as written', async () => {
  const { story, alice, bob } = await three()
  const stranger = 'A'.repeat(43)
  const text = 'ask @Bob and @Nobody'
  story.ask(alice, {
    kind: 'send',
    group: story.group,
    text,
    mentions: [
      { ...mention(bob, text, '@Bob'), start: 3 },
      { account: stranger, start: 13, length: 7 },
    ],
  })
  story.pass(SOON_MS)
  expect(page(story, bob).at(-1)?.body).toMatchObject({ text, mentions: [] })
  expect(story.groupOf(bob)?.mentions).toBe(0)
})

it('a page that asks for what is no mention is refused, and nothing is sent', async () => {
  const { story, alice, bob } = await three()
  const codes: (RejectionCode | 'granted')[] = []
  const wrong = [{ account: 'nobody', start: 0, length: 4 }]
  for (const kind of ['send', 'setDraft'] as const) {
    bob.request({ kind, group: story.group, text: '@Bob', mentions: wrong }, (reply) => codes.push(reply.ok ? 'granted' : reply.rejection.code))
    story.pass(100)
  }
  expect(codes).toEqual(['badRequest', 'badRequest'])
  story.pass(SOON_MS)
  expect([story.texts(alice), story.groupOf(bob)?.draft]).toEqual([['hello'], ''])
})
