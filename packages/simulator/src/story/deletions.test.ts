/** Deletions of a message, on one device and for everyone (PROTOCOL §8.31–8.33). */
import type { MessageView, RejectionCode } from '@sotto/core'
import { contentBody, MESSAGE_CHANGE, PENDING_MESSAGE, UNDECRYPTABLE } from '@sotto/core/inside'
import { encode, fromBase64url, type MessageId, utf8 } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 20_000
const SECRET = 'the key is under the stone'

/** The messages that a page shows. */
function page(story: Story, person: Person): readonly MessageView[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
  return shown.filter(({ body }) => body.kind === 'text' || body.kind === 'deleted')
}

const saidIn = (story: Story, person: Person): readonly string[] => page(story, person).map(({ body }) => (body.kind === 'text' ? body.text : body.kind))

const idOf = (story: Story, person: Person, text: string): string =>
  page(story, person).find(({ body }) => body.kind === 'text' && body.text === text)?.id ?? ''

function remove(story: Story, person: Person, message: string, forAll = true): RejectionCode | 'granted' | undefined {
  let code: RejectionCode | 'granted' | undefined
  person.request({ kind: 'deleteMessage', group: story.group, message, forAll }, (reply) => (code = reply.ok ? 'granted' : reply.rejection.code))
  story.pass(100)
  return code
}

/** Whether anything on a person's disk holds these words. */
function holds(story: Story, person: Person, words: string): boolean {
  const bytes = Buffer.from(utf8(words))
  const kept = ['messages', 'edits', 'own', 'envelopes'].flatMap((name) => person.readHistory(`${name}/${story.group}`).map(({ value }) => value))
  return [...person.diskRows().values(), ...kept].some((value) => Buffer.from(value).includes(bytes))
}

async function two(...texts: readonly string[]) {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, ...texts)
  story.pass(SOON_MS)
  return { story, alice, bob }
}

it('for everyone: everybody sees that it was deleted, and no disk holds what it said', async () => {
  const { story, alice, bob } = await two('before', SECRET, 'after')
  const id = idOf(story, alice, SECRET)
  story.ask(alice, { kind: 'editMessage', group: story.group, message: id, text: `${SECRET}!` })
  story.ask(bob, { kind: 'react', group: story.group, message: id, emoji: '👍' })
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(holds(story, person, SECRET)).toBe(true)
  expect(remove(story, alice, id)).toBe('granted')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) {
    expect(saidIn(story, person)).toEqual(['before', 'deleted', 'after'])
    expect(page(story, person)[1]).toMatchObject({ id, own: person === alice, senderName: 'Alice', reactions: [], state: null })
    expect(holds(story, person, SECRET)).toBe(false)
    person.stop()
    person.start()
    expect(saidIn(story, person)).toEqual(['before', 'deleted', 'after'])
  }
})

it.for(['before', 'after'] as const)('here, %s a removed member that does not know it edits it: no disk holds that text', async (when) => {
  const story = await beginStory({ direct: false, machine: { newGroupCipher: 'pairwise' } })
  const [alice, carol] = [story.enter('Alice'), story.enter('Carol')]
  story.gather(alice, carol)
  story.say(carol, 'where is it?')
  story.pass(SOON_MS)
  const id = idOf(story, alice, 'where is it?')
  for (const about of ['operation', 'letter'] as const) story.lose(relayed(about, alice, carol))
  story.remove(alice, carol)
  story.pass(SOON_MS)
  if (when === 'before') remove(story, alice, id, false)
  story.ask(carol, { kind: 'editMessage', group: story.group, message: id, text: SECRET })
  story.pass(SOON_MS)
  expect(alice.rows.scan(UNDECRYPTABLE, story.group).map(({ value }) => value.cause)).toEqual(['removedBeforeItWasSent'])
  expect(holds(story, alice, SECRET)).toBe(when === 'after')
  if (when === 'after') remove(story, alice, id, false)
  expect(holds(story, alice, SECRET)).toBe(false)
})

it('the list of groups, quotations and the composer say nothing of it any more', async () => {
  const { story, alice, bob } = await two(SECRET)
  const id = idOf(story, bob, SECRET)
  story.ask(bob, { kind: 'send', group: story.group, text: 'which one?', replyTo: id })
  story.say(alice, `${SECRET} there`)
  story.pass(SOON_MS)
  const last = idOf(story, bob, `${SECRET} there`)
  story.ask(bob, { kind: 'setReplyTo', group: story.group, message: last })
  story.ask(alice, { kind: 'setEditing', group: story.group, message: last })
  remove(story, alice, last)
  remove(story, alice, id)
  story.pass(SOON_MS)
  for (const person of [alice, bob]) {
    const answer = page(story, person).find(({ body }) => body.kind === 'text')
    expect(answer?.body.kind === 'text' ? answer.body.replyTo : null).toEqual({ message: id, said: null, gone: 'deleted' })
    expect(story.groupOf(person)).toMatchObject({ lastMessage: { text: '', deleted: true }, replyTo: null, editing: null })
    expect(holds(story, person, SECRET)).toBe(false)
  }
})

it('a deletion that comes before its message erases it when that comes, and what the author has left is not sent again', async () => {
  const { story, alice, bob } = await two('before')
  const envelopes = story.lose(relayed('envelope', alice, bob))
  const carol = story.enter('Carol')
  story.join(carol)
  story.say(alice, SECRET)
  story.pass(1_000)
  envelopes()
  remove(story, alice, idOf(story, alice, SECRET))
  story.say(alice, 'after')
  story.pass(30 * 60_000)
  for (const person of [alice, bob, carol]) {
    expect(holds(story, person, SECRET)).toBe(false)
    expect(saidIn(story, person)).toContain('after')
    expect(story.groupOf(person)?.unreadable).toEqual([])
  }
  expect(saidIn(story, bob)).toEqual(['before', 'after'])
})

it('an envelope that comes after its deletion is opened, and nothing of it is kept', async () => {
  const { story, alice, bob } = await two('before')
  const late = story.holdBack(relayed('envelope', alice, bob))
  story.say(alice, SECRET)
  story.pass(1_000)
  story.ask(alice, { kind: 'deleteMessage', group: story.group, message: idOf(story, alice, SECRET), forAll: true })
  story.pass(1_000)
  late()
  story.pass(SOON_MS)
  expect(saidIn(story, bob)).toEqual(['before', 'deleted'])
  expect(holds(story, bob, SECRET)).toBe(false)
})

it('a message that waits is not sent, and nothing is said of it', async () => {
  const { story, alice, bob } = await two('before')
  alice.stop()
  story.network.restartRelay(0, 60_000, false)
  alice.start()
  story.say(alice, SECRET)
  story.pass(1_000)
  const id = idOf(story, alice, SECRET)
  story.ask(alice, { kind: 'editMessage', group: story.group, message: id, text: `${SECRET}!` })
  expect(remove(story, alice, id)).toBe('granted')
  expect(saidIn(story, alice)).toEqual(['before'])
  expect(story.groupOf(alice)?.lastMessage?.text).toBe('before')
  expect(holds(story, alice, SECRET)).toBe(false)
  story.pass(10 * 60_000)
  story.say(alice, 'after')
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect([saidIn(story, person), person.rows.first(MESSAGE_CHANGE)]).toEqual([['before', 'after'], undefined])
})

it('on one device: it is gone there, also from its disk, and stays with the others; it does not come back', async () => {
  const { story, alice, bob } = await two('before', SECRET)
  const id = idOf(story, bob, SECRET)
  story.ask(bob, { kind: 'react', group: story.group, message: id, emoji: '👍' })
  story.ask(bob, { kind: 'send', group: story.group, text: 'which one?', replyTo: id })
  expect(remove(story, bob, id, false)).toBe('granted')
  expect(saidIn(story, bob)).toEqual(['before', 'which one?'])
  const answer = page(story, bob)[1]
  expect(answer?.body.kind === 'text' ? answer.body.replyTo : null).toEqual({ message: id, said: null, gone: null })
  expect(holds(story, bob, SECRET)).toBe(false)
  story.ask(alice, { kind: 'editMessage', group: story.group, message: id, text: `${SECRET}!` })
  story.pass(SOON_MS)
  bob.stop()
  bob.start()
  expect(saidIn(story, bob)).toEqual(['before', 'which one?'])
  expect(holds(story, bob, SECRET)).toBe(false)
  expect(saidIn(story, alice)).toEqual(['before', `${SECRET}!`, 'which one?'])
})

it('the list shows the message before the last one that was deleted here, with its text as it is now', async () => {
  const { story, alice, bob } = await two('befor', SECRET)
  story.ask(alice, { kind: 'editMessage', group: story.group, message: idOf(story, alice, 'befor'), text: 'before' })
  story.pass(SOON_MS)
  remove(story, bob, idOf(story, bob, SECRET), false)
  expect(story.groupOf(bob)?.lastMessage).toMatchObject({ text: 'before', deleted: false })
  remove(story, bob, idOf(story, bob, 'before'), false)
  expect(story.groupOf(bob)?.lastMessage).toBeNull()
})

it('an own message that was deleted here still goes to the others', async () => {
  const { story, alice, bob } = await two('before')
  alice.stop()
  story.network.restartRelay(0, 60_000, false)
  alice.start()
  story.say(alice, 'for you')
  story.pass(1_000)
  expect(remove(story, alice, idOf(story, alice, 'for you'), false)).toBe('granted')
  story.pass(10 * 60_000)
  expect([saidIn(story, alice), saidIn(story, bob)]).toEqual([['before'], ['before', 'for you']])
})

it('nobody deletes what another wrote, for everyone', async () => {
  const { story, alice, bob } = await two(SECRET)
  const id = idOf(story, alice, SECRET)
  expect(remove(story, bob, id)).toBe('notAllowed')
  bob.tamper((transaction) => {
    const body = encode(contentBody, { kind: 'deletion', message: fromBase64url(id) as MessageId })
    const said = { timeMs: story.nowMs, counter: 0, leadMs: null, seen: [] }
    transaction.put(PENDING_MESSAGE, [story.group, 'slipped'], { message: 'slipped', said, body, writtenMs: story.nowMs, again: null, line: null })
  })
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect([saidIn(story, person), story.groupOf(person)?.lastMessage?.text]).toEqual([[SECRET], SECRET])
})

it('one that was removed deletes on its device only', async () => {
  const { story, alice, bob } = await two('before')
  story.say(bob, SECRET)
  story.pass(SOON_MS)
  const id = idOf(story, bob, SECRET)
  story.remove(alice, bob)
  story.pass(SOON_MS)
  expect(remove(story, bob, id)).toBe('notMember')
  expect(remove(story, bob, id, false)).toBe('granted')
  expect(holds(story, bob, SECRET)).toBe(false)
  expect(saidIn(story, alice)).toEqual(['before', SECRET])
})

it('a stop between a deletion and its erasure loses nothing', async () => {
  const texts = Array.from({ length: 8 }, (_, i) => `${SECRET} ${i}`)
  const { story, alice, bob } = await two(...texts)
  // The rows are there before the message has been read, mostly for some milliseconds.
  const isDue = (): boolean => bob.rows.scan(MESSAGE_CHANGE, story.group).some(({ value }) => value.deleted && value.isDue)
  let deleted = 0
  while (!isDue() && deleted < texts.length) {
    const message = idOf(story, alice, texts[deleted++] ?? '')
    alice.request({ kind: 'deleteMessage', group: story.group, message, forAll: true })
    for (let ms = 0; !isDue() && ms < 2_000; ms++) story.pass(1)
  }
  expect(isDue()).toBe(true)
  bob.die()
  bob.start()
  story.pass(SOON_MS)
  expect(saidIn(story, bob)).toEqual([...texts.slice(0, deleted).map(() => 'deleted'), ...texts.slice(deleted)])
  expect(texts.map((text) => holds(story, bob, text))).toEqual(texts.map((_, i) => i >= deleted))
})
