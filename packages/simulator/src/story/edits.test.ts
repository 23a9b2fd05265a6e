/** Edits of a message (PROTOCOL §8.30). */
import type { MessageView, RejectionCode } from '@sotto/core'
import { contentBody, PENDING_MESSAGE } from '@sotto/core/inside'
import { encode, fromBase64url, LIMITS, type MessageId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 20_000
const DAY_MS = 86_400_000

/** The messages that a page shows. */
function page(story: Story, person: Person): readonly MessageView[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
  return shown.filter(({ body }) => body.kind === 'text')
}

const textsOf = (story: Story, person: Person): readonly string[] => page(story, person).flatMap(({ body }) => (body.kind === 'text' ? [body.text] : []))

const isEdited = (message: MessageView | undefined): boolean => message?.body.kind === 'text' && message.body.editedMs !== null

function edit(story: Story, person: Person, message: string, text: string): RejectionCode | 'granted' | undefined {
  let code: RejectionCode | 'granted' | undefined
  person.request({ kind: 'editMessage', group: story.group, message, text }, (reply) => (code = reply.ok ? 'granted' : reply.rejection.code))
  story.pass(100)
  return code
}

/** A changed program says what the machine would not. */
const slipEdit = (story: Story, person: Person, id: string, text: string): void =>
  person.tamper((transaction) => {
    const body = encode(contentBody, { kind: 'edit', message: fromBase64url(id) as MessageId, revision: 1, text, mentions: [] })
    const said = { timeMs: story.nowMs, counter: 0, leadMs: null, seen: [] }
    transaction.put(PENDING_MESSAGE, [story.group, 'slipped'], { message: 'slipped', said, body, writtenMs: story.nowMs, again: null, line: null })
  })

async function two() {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'at 4')
  story.pass(SOON_MS)
  return { story, alice, bob, id: page(story, alice)[0]?.id ?? '' }
}

it('everybody sees the new text in the place of the old one, that it was edited, and what it said before', async () => {
  const { story, alice, bob, id } = await two()
  story.say(bob, 'fine')
  story.pass(SOON_MS)
  expect(edit(story, alice, id, 'at 5')).toBe('granted')
  expect(textsOf(story, alice)).toEqual(['at 5', 'fine'])
  story.pass(SOON_MS)
  expect(edit(story, alice, id, 'at 6')).toBe('granted')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) {
    expect(textsOf(story, person)).toEqual(['at 6', 'fine'])
    expect(page(story, person).map(isEdited)).toEqual([true, false])
    let versions: readonly string[] = []
    story.ask(
      person,
      { kind: 'messageDetails', group: story.group, message: id },
      ({ details }) => (versions = details?.versions.map(({ text }) => text) ?? []),
    )
    expect(versions).toEqual(['at 4', 'at 5', 'at 6'])
    let others: number | undefined
    story.ask(
      person,
      { kind: 'messageDetails', group: story.group, message: page(story, person)[1]?.id ?? '' },
      ({ details }) => (others = details?.versions.length),
    )
    expect(others).toBe(0)
  }
  expect(story.groupOf(bob)?.unread).toBe(1)
})

it('the list of groups, quotations and the composer follow', async () => {
  const { story, alice, bob, id } = await two()
  story.ask(bob, { kind: 'setReplyTo', group: story.group, message: id })
  edit(story, alice, id, 'at 5')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(story.groupOf(person)?.lastMessage).toMatchObject({ text: 'at 5', deleted: false })
  expect(story.groupOf(bob)?.replyTo?.said?.text).toBe('at 5')
  story.ask(bob, { kind: 'send', group: story.group, text: 'good', replyTo: id })
  story.pass(SOON_MS)
  edit(story, alice, id, 'at 6')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) {
    const answer = page(story, person)[1]
    expect(answer?.body.kind === 'text' ? answer.body.replyTo?.said?.text : null).toBe('at 6')
    expect(story.groupOf(person)?.lastMessage?.text).toBe('good')
  }
})

it('one that was made while a clock was ahead is followed by the next, after a restart too', async () => {
  const { story, alice, bob, id } = await two()
  alice.skewMs = DAY_MS / 2
  expect(edit(story, alice, id, 'at 5')).toBe('granted')
  story.pass(SOON_MS)
  alice.skewMs = 0
  expect(edit(story, alice, id, 'at 6')).toBe('granted')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(textsOf(story, person)).toEqual(['at 6'])
  alice.stop()
  alice.start()
  expect(edit(story, alice, id, 'at 7')).toBe('granted')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(textsOf(story, person)).toEqual(['at 7'])
})

it('it outlasts restarts, also where one stops before it was carried out', async () => {
  const { story, alice, bob, id } = await two()
  edit(story, alice, id, 'at 5')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) {
    person.stop()
    person.start()
    expect(textsOf(story, person)).toEqual(['at 5'])
    expect(story.groupOf(person)?.lastMessage?.text).toBe('at 5')
  }
})

it('the newest counts, in whatever order they come, also before the message itself', async () => {
  const { story, alice, bob } = await two()
  const envelopes = story.holdBack(relayed('envelope', alice, bob))
  story.say(alice, 'see you there')
  story.pass(1_000)
  envelopes()
  const [, message] = page(story, alice)
  const later = story.lose(relayed('envelope', alice, bob))
  edit(story, alice, message?.id ?? '', 'see you here')
  story.pass(1_000)
  later()
  edit(story, alice, message?.id ?? '', 'see you at home')
  // What was lost comes later, from its author.
  expect(story.msUntil(() => textsOf(story, bob).length === 2, 10 * 60_000)).toBeLessThan(10 * 60_000)
  story.pass(10 * 60_000)
  for (const person of [alice, bob]) {
    expect(textsOf(story, person)).toEqual(['at 4', 'see you at home'])
    expect(story.groupOf(person)?.lastMessage?.text).toBe('see you at home')
  }
})

it('a message that waits is sent with its edit', async () => {
  const { story, alice, bob } = await two()
  alice.stop()
  story.network.restartRelay(0, 60_000, false)
  alice.start()
  story.say(alice, 'I wait')
  const waiting = page(story, alice)[1]
  expect(waiting?.state).toBe('sending')
  expect(edit(story, alice, waiting?.id ?? '', 'I waited')).toBe('granted')
  expect(textsOf(story, alice)).toEqual(['at 4', 'I waited'])
  expect(story.msUntil(() => textsOf(story, bob).includes('I waited'), 10 * 60_000)).toBeLessThan(10 * 60_000)
  expect(isEdited(page(story, bob)[1])).toBe(true)
})

it('nobody edits what another wrote', async () => {
  const { story, alice, bob, id } = await two()
  expect(edit(story, bob, id, 'never')).toBe('notAllowed')
  // A changed program says it all the same.
  slipEdit(story, bob, id, 'never')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(textsOf(story, person)).toEqual(['at 4'])
})

it('after a day an edit is refused, and counts nowhere', async () => {
  const { story, alice, bob, id } = await two()
  story.ask(alice, { kind: 'setEditing', group: story.group, message: id })
  story.pass(LIMITS.editMs)
  expect(edit(story, alice, id, 'too late')).toBe('editTooLate')
  slipEdit(story, alice, id, 'too late')
  story.pass(DAY_MS / 24)
  for (const person of [alice, bob]) expect([textsOf(story, person), story.groupOf(person)?.lastMessage?.text]).toEqual([['at 4'], 'at 4'])
})

it('the newest edits of a message are kept, and their number is bounded', async () => {
  const { story, alice, bob, id } = await two()
  const most = LIMITS.editsOfMessage
  for (let i = 0; i <= most + 2; i++) edit(story, alice, id, `edit ${i}`)
  story.pass(SOON_MS)
  for (const person of [alice, bob]) {
    expect(textsOf(story, person)).toEqual([`edit ${most + 2}`])
    expect(person.readHistory(`edits/${story.group}`)).toHaveLength(most)
  }
})

it('the composer keeps what is edited over restarts, beside the draft, until it is sent or given up', async () => {
  const { story, alice, id } = await two()
  story.ask(alice, { kind: 'setDraft', group: story.group, text: 'what else' })
  story.ask(alice, { kind: 'setEditing', group: story.group, message: id })
  expect(story.groupOf(alice)?.editing).toEqual({ message: id, text: 'at 4', mentions: [] })
  story.ask(alice, { kind: 'keepEdit', group: story.group, message: id, text: 'at 4 or' })
  story.ask(alice, { kind: 'keepEdit', group: story.group, message: 'another', text: 'lost' })
  alice.stop()
  alice.start()
  expect(story.groupOf(alice)).toMatchObject({ draft: 'what else', editing: { message: id, text: 'at 4 or' } })
  story.ask(alice, { kind: 'setEditing', group: story.group, message: null })
  expect(story.groupOf(alice)).toMatchObject({ draft: 'what else', editing: null })
  story.ask(alice, { kind: 'setEditing', group: story.group, message: id })
  edit(story, alice, id, 'at 5')
  expect(story.groupOf(alice)).toMatchObject({ draft: 'what else', editing: null })
})

it('what cannot be edited is refused, and changes nothing', async () => {
  const { story, alice, id } = await two()
  expect(edit(story, alice, id, ' ')).toBe('textEmpty')
  expect(edit(story, alice, id, 'é'.repeat(LIMITS.textBytes))).toBe('textTooLong')
  expect(edit(story, alice, 'nothing', 'x')).toBe('unknownMessage')
  expect(edit(story, alice, 'A'.repeat(43), 'x')).toBe('unknownMessage')
  expect(edit(story, alice, id, 'at 4')).toBe('granted')
  expect(page(story, alice).map(isEdited)).toEqual([false])
})
