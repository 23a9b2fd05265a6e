/** What was said before a member came, and is passed on to it (PROTOCOL §8.92, §8.93). */
import type { MessageView } from '@sotto/core'
import { EARLIER_ASKING, EARLIER_GIVEN } from '@sotto/core/inside'
import { type AccountId, type EnvelopeHash, fromBase64url, type GroupId, LIMITS, type MessageId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000
const DAY_MS = 86_400_000

/** Alice made the group, and Bob is in it. */
async function desk(history = { days: 0, messages: 100 }, direct = true) {
  const story = await beginStory({ direct })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.ask(alice, { kind: 'setHistory', group: story.group, ...history })
  story.pass(SOON_MS)
  return { story, alice, bob }
}

function shown(story: Story, person: Person): readonly MessageView[] {
  let all: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 200 }, ({ messages = [] }) => (all = messages))
  return all
}

const texts = (story: Story, person: Person): readonly string[] =>
  shown(story, person).flatMap(({ body, own, senderName, passedOnBy }) =>
    body.kind === 'text' ? [`${own ? 'me' : senderName}: ${body.text}${passedOnBy === null ? '' : ` (${passedOnBy.name})`}`] : [],
  )

function join(story: Story, person: Person): void {
  story.join(person)
  story.pass(3 * SOON_MS)
}

/** Nobody's device is on meanwhile. */
function sleep(story: Story, ms: number, ...people: readonly Person[]): void {
  for (const each of people) each.stop()
  story.pass(ms)
  for (const each of people) each.start()
  story.pass(SOON_MS)
}

const idOf = (story: Story, person: Person, text: string): string =>
  shown(story, person).find(({ body }) => body.kind === 'text' && body.text === text)?.id ?? ''

const lines = (from: number, to: number, by: string): readonly string[] => Array.from({ length: to - from }, (_, i) => `Alice: line ${from + i} (${by})`)

it('is nothing, unless an admin wants it', async () => {
  const { story, alice } = await desk({ days: 0, messages: 0 })
  story.say(alice, 'before')
  const carol = story.enter('Carol')
  join(story, carol)
  story.say(alice, 'after')
  story.pass(SOON_MS)
  expect(texts(story, carol)).toEqual(['Alice: after'])
})

it.each([true, false])('is there in its order, under the names of who said it and of who passes it on, and is not unread; connected: %s', async (direct) => {
  const { story, alice, bob } = await desk(undefined, direct)
  story.say(alice, 'first')
  story.pass(SOON_MS)
  story.say(bob, 'second')
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  join(story, carol)
  story.say(bob, 'third')
  story.pass(SOON_MS)
  expect(texts(story, carol)).toEqual(['Alice: first (Alice)', 'Bob: second (Alice)', 'Bob: third'])
  expect(story.groupOf(carol)).toMatchObject({ unread: 1, history: { days: 0, messages: 100 } })
  // They stand above that she came.
  expect(shown(story, carol).findIndex(({ body }) => body.kind === 'notice')).toBe(2)
  expect(texts(story, bob)).toEqual(['Alice: first', 'me: second', 'me: third'])
})

it('is as much as the group wants: the last so many messages', async () => {
  const { story, alice } = await desk({ days: 0, messages: 70 })
  for (let i = 0; i < 130; i++) story.say(alice, `line ${i}`)
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  join(story, carol)
  expect(texts(story, carol)).toEqual(lines(60, 130, 'Alice'))
})

it('is as much as the group wants: the last so many days', async () => {
  const { story, alice, bob } = await desk({ days: 2, messages: 0 }, false)
  for (let day = 0; day < 4; day++) {
    story.say(alice, `line ${day}`)
    story.pass(SOON_MS)
    sleep(story, DAY_MS, alice, bob)
  }
  const carol = story.enter('Carol')
  join(story, carol)
  expect(texts(story, carol)).toEqual(lines(3, 4, 'Alice'))
})

it('reads as it does now: edited, without what was deleted, and never what vanishes', async () => {
  const { story, alice, bob } = await desk()
  story.say(alice, 'frist', 'a slip')
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'editMessage', group: story.group, message: idOf(story, alice, 'frist'), text: 'first' })
  story.ask(alice, { kind: 'deleteMessage', group: story.group, message: idOf(story, alice, 'a slip'), forAll: true })
  story.ask(bob, { kind: 'send', group: story.group, text: 'not for long', lifetimeSeconds: 86_400 })
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  join(story, carol)
  expect(texts(story, carol)).toEqual(['Alice: first (Alice)'])
})

it('is changed and deleted by its author, also after it was passed on', async () => {
  const { story, alice } = await desk()
  story.say(alice, 'frist', 'a slip')
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  join(story, carol)
  expect(texts(story, carol)).toEqual(['Alice: frist (Alice)', 'Alice: a slip (Alice)'])
  story.ask(alice, { kind: 'editMessage', group: story.group, message: idOf(story, alice, 'frist'), text: 'first' })
  story.ask(alice, { kind: 'deleteMessage', group: story.group, message: idOf(story, alice, 'a slip'), forAll: true })
  story.pass(SOON_MS)
  expect(texts(story, carol)).toEqual(['Alice: first (Alice)'])
})

it('comes from any member where no admin is there', async () => {
  const { story, alice, bob } = await desk()
  story.say(alice, 'first')
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  alice.stop()
  story.join(carol)
  story.pass(6 * SOON_MS)
  expect(texts(story, bob)).toEqual(['Alice: first'])
  expect(texts(story, carol)).toEqual(['Alice: first (Bob)'])
})

it('comes from the admin who was away, once that is back', async () => {
  const { story, alice, bob } = await desk()
  story.say(alice, 'first')
  story.pass(SOON_MS)
  alice.stop()
  const carol = story.enter('Carol')
  story.join(carol)
  bob.stop()
  story.pass(20 * SOON_MS)
  expect(texts(story, carol)).toEqual([])
  alice.start()
  story.pass(6 * SOON_MS)
  expect(texts(story, carol)).toEqual(['Alice: first (Alice)'])
})

it('what was passed on is passed on to nobody: a member says what it was sent itself', async () => {
  const { story, alice, bob } = await desk()
  story.say(alice, 'first')
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  join(story, carol)
  alice.stop()
  bob.stop()
  const dora = story.enter('Dora')
  story.ask(carol, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
  story.join(dora)
  story.pass(6 * SOON_MS)
  expect(texts(story, dora)).toEqual([])
  expect(texts(story, carol)).toEqual(['Alice: first (Alice)'])
})

it('goes on where it was when she stops in the middle', async () => {
  const { story, alice } = await desk({ days: 0, messages: 200 })
  for (let i = 0; i < 130; i++) story.say(alice, `line ${i}`)
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  // Of what Alice passes on only the first page reaches her.
  const hasSome = (): boolean => carol.rows.scan(EARLIER_ASKING).some(({ value }) => value.count > 0)
  const isOver = story.lose(({ by, to }) => by === alice && to === carol && hasSome())
  story.join(carol)
  story.pass(SOON_MS)
  const some = texts(story, carol).length
  expect(some).toBeGreaterThan(0)
  expect(texts(story, carol)).toEqual(lines(130 - some, 130, 'Alice'))
  expect(some).toBeLessThanOrEqual(LIMITS.historyPage)
  carol.stop()
  story.pass(1_000)
  isOver()
  carol.start()
  story.pass(6 * SOON_MS)
  expect(texts(story, carol)).toEqual(lines(0, 130, 'Alice'))
})

it('is asked for after a stop that came before she could', async () => {
  const { story, alice } = await desk()
  story.say(alice, 'first')
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  story.join(carol)
  carol.stop()
  story.pass(SOON_MS)
  expect(alice.rows.scan(EARLIER_GIVEN)).toEqual([])
  carol.start()
  story.pass(3 * SOON_MS)
  expect(texts(story, carol)).toEqual(['Alice: first (Alice)'])
})

it('is no more than the limit in a day, however often it is asked for', async () => {
  const { story, alice, bob } = await desk({ days: 366, messages: 0 }, false)
  for (let i = 0; i < 60; i++) story.say(alice, `line ${i}`)
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  join(story, carol)
  const most = LIMITS.historyTimes * LIMITS.historyMessages
  const ask = { kind: 'earlierRequest', group: fromBase64url(story.group) as GroupId, beyond: null } as const
  for (let asked = 0; asked <= most / (LIMITS.historyPage - 5); asked += 10) {
    story.slip(
      carol,
      alice,
      Array.from({ length: 10 }, () => ask),
    )
    story.pass(2_000)
  }
  story.pass(SOON_MS)
  const given = (): number => alice.rows.scan(EARLIER_GIVEN).reduce((sum, { value }) => sum + value.inAll, 0)
  expect(given()).toBe(most)
  sleep(story, DAY_MS, alice, bob, carol)
  story.slip(carol, alice, [ask])
  story.pass(SOON_MS)
  expect(given()).toBeGreaterThan(0)
  expect(given()).toBeLessThanOrEqual(LIMITS.historyPage)
})

const passedOn = (story: Story, by: Person, text: string, timeMs: number) => ({
  message: story.random.bytes(32) as MessageId,
  account: fromBase64url(by.account) as AccountId,
  timeMs,
  counter: 0,
  envelope: new Uint8Array(32) as EnvelopeHash,
  text,
  mentions: [],
  replyTo: null,
  forwarded: false,
  files: [],
})

it('who was not asked is not believed, nor who says what the new member said itself, or what nobody of the group said', async () => {
  const { story, alice, bob } = await desk()
  story.say(alice, 'first')
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  const stranger = story.enter('Stranger')
  const group = fromBase64url(story.group) as GroupId
  // Alice's program is another: she answers with what she made up.
  story.lose(({ by, to }) => by === carol && to === alice && carol.rows.scan(EARLIER_ASKING).some(({ value }) => value.asked.length > 0))
  story.join(carol)
  const atMs = Number(shown(story, alice).at(-1)?.atMs)
  const page = (...messages: readonly ReturnType<typeof passedOn>[]) => [{ kind: 'earlierPage', group, messages, next: null }] as const
  story.pass(SOON_MS)
  story.slip(bob, carol, page(passedOn(story, alice, 'never said', atMs)))
  story.pass(5_000)
  expect(texts(story, carol)).toEqual([])
  story.slip(
    alice,
    carol,
    page(passedOn(story, carol, 'I owe Bob a thousand', atMs), passedOn(story, stranger, 'hello', atMs), passedOn(story, bob, 'from the future', 2 ** 47)),
  )
  story.pass(5_000)
  expect(texts(story, carol)).toEqual(['Bob: from the future (Alice)'])
  const [message, notice] = shown(story, carol)
  expect(message?.body.kind).toBe('text')
  expect(message?.atMs).toBeLessThan(notice?.atMs ?? 0)
})

it('where the message itself comes too, that is shown, and what is here already stays as it is', async () => {
  const { story, alice, bob } = await desk()
  const carol = story.enter('Carol')
  const isOver = story.lose(({ by, to }) => by === carol && to === alice && carol.rows.scan(EARLIER_ASKING).some(({ value }) => value.asked.length > 0))
  story.join(carol)
  story.say(bob, 'as it was')
  story.pass(5_000)
  const group = fromBase64url(story.group) as GroupId
  const message = fromBase64url(idOf(story, bob, 'as it was')) as MessageId
  story.slip(alice, carol, [{ kind: 'earlierPage', group, messages: [{ ...passedOn(story, bob, 'as it never was', 1), message }], next: null }])
  story.pass(5_000)
  isOver()
  story.pass(3 * SOON_MS)
  expect(texts(story, carol)).toEqual(['Bob: as it was'])
})
