/** Answers to a message (PROTOCOL §8.29). */
import type { MessageView, RejectionCode } from '@sotto/core'
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 20_000

/** The messages that a page shows. */
function page(story: Story, person: Person, limit = 100): readonly MessageView[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit }, ({ messages = [] }) => (shown = messages))
  return shown.filter(({ body }) => body.kind === 'text')
}

const quoteIn = (message: MessageView | undefined) => (message?.body.kind === 'text' ? message.body.replyTo : undefined)

const idOf = (story: Story, person: Person, text: string): string =>
  page(story, person).find(({ body }) => body.kind === 'text' && body.text === text)?.id ?? ''

const answer = (story: Story, person: Person, to: string, text: string): void =>
  story.ask(person, { kind: 'send', group: story.group, text, replyTo: idOf(story, person, to) })

async function two(asked = 'well?') {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, asked)
  story.pass(SOON_MS)
  return { story, alice, bob }
}

it('an answer is a message, and everybody is shown what it answers as they have it', async () => {
  const { story, alice, bob } = await two()
  answer(story, bob, 'well?', 'very well')
  story.pass(SOON_MS)
  expect(story.texts(alice)).toEqual(['well?', 'very well'])
  expect(story.groupOf(alice)?.unread).toBe(1)
  expect(quoteIn(page(story, bob)[1])).toMatchObject({ said: { senderName: 'Alice', own: false, text: 'well?' } })
  expect(quoteIn(page(story, alice)[1])).toMatchObject({ message: idOf(story, alice, 'well?'), said: { own: true, text: 'well?' } })
  expect(quoteIn(page(story, alice)[0])).toBeNull()
})

it('what is answered is read where it is farther back than the page', async () => {
  const { story, alice, bob } = await two()
  const asked = idOf(story, alice, 'well?')
  story.say(alice, ...Array.from({ length: 10 }, (_, i) => `line ${i}`))
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'send', group: story.group, text: 'very well', replyTo: asked })
  story.pass(SOON_MS)
  expect(quoteIn(page(story, alice, 1).at(-1))).toMatchObject({ message: asked, said: { text: 'well?' } })
})

it('of a long message the beginning is quoted, whole characters only', async () => {
  const { story, alice, bob } = await two(`a${'👍'.repeat(300)}`)
  answer(story, bob, `a${'👍'.repeat(300)}`, 'so much')
  story.pass(SOON_MS)
  expect(quoteIn(page(story, alice).at(-1))?.said?.text).toBe(`a${'👍'.repeat(LIMITS.quotedCharacters - 1)}`)
})

it('what is not here is said to be so, and shows once it comes', async () => {
  const { story, alice, bob } = await two()
  const found = story.lose(relayed('envelope', alice, bob))
  const letters = story.lose(relayed('letter', alice, bob))
  story.say(alice, 'lost on the way')
  story.pass(1_000)
  // A third person has it, and answers.
  const carol = story.enter('Carol')
  story.join(carol)
  found()
  letters()
  answer(story, alice, 'lost on the way', 'is anybody there?')
  story.pass(2_000)
  const ofCarol = page(story, carol).at(-1)
  expect(quoteIn(ofCarol)).toMatchObject({ said: null })
  expect(story.msUntil(() => quoteIn(page(story, bob).at(-1))?.said?.text === 'lost on the way', 10 * 60_000)).toBeLessThan(10 * 60_000)
})

it('the composer keeps what it answers, over restarts, until it is sent or chosen otherwise', async () => {
  const { story, alice, bob } = await two()
  const message = idOf(story, bob, 'well?')
  story.ask(bob, { kind: 'setReplyTo', group: story.group, message })
  bob.stop()
  bob.start()
  expect(story.groupOf(bob)?.replyTo).toMatchObject({ message, said: { senderName: 'Alice', text: 'well?' } })
  story.ask(bob, { kind: 'setReplyTo', group: story.group, message: null })
  expect(story.groupOf(bob)?.replyTo).toBeNull()
  story.ask(bob, { kind: 'setReplyTo', group: story.group, message })
  story.say(bob, 'beside that')
  expect(story.groupOf(bob)?.replyTo).not.toBeNull()
  story.ask(bob, { kind: 'send', group: story.group, text: 'very well', replyTo: message })
  expect(story.groupOf(bob)?.replyTo).toBeNull()
  story.pass(SOON_MS)
  expect(page(story, alice).map(quoteIn)).toMatchObject([null, null, { message }])
})

it('what is no message here cannot be answered, and nothing is sent', async () => {
  const { story, alice, bob } = await two()
  const codes: (RejectionCode | 'granted')[] = []
  const refused = (what: Parameters<Person['request']>[0]): void => {
    bob.request(what, (reply) => codes.push(reply.ok ? 'granted' : reply.rejection.code))
    story.pass(100)
  }
  refused({ kind: 'send', group: story.group, text: 'to what?', replyTo: 'nothing' })
  refused({ kind: 'setReplyTo', group: story.group, message: 'nothing' })
  refused({ kind: 'setReplyTo', group: story.group, message: 'A'.repeat(43) })
  refused({ kind: 'setReplyTo', group: 'nowhere', message: null })
  expect(codes).toEqual(['unknownMessage', 'unknownMessage', 'unknownMessage', 'unknownGroup'])
  story.pass(SOON_MS)
  expect([story.texts(alice), story.groupOf(bob)?.replyTo]).toEqual([['well?'], null])
})
