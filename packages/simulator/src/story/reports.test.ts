/** Messages that a member reports to the admins (PROTOCOL §8.43 to §8.45). */
import type { MessageView, RejectionCode } from '@sotto/core'
import type { ControlMessage } from '@sotto/core/inside'
import { type AccountId, fromBase64url, type GroupId, LIMITS, type MessageId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000
const DAY_MS = 86_400_000

/** Alice made the group, and Dora is an admin too. */
async function desk() {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dora] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dora')]
  story.gather(alice, bob, carol, dora)
  story.ask(alice, { kind: 'setRole', group: story.group, account: dora.account, role: 'admin' })
  story.pass(SOON_MS)
  return { story, alice, bob, carol, dora }
}

function page(story: Story, person: Person): readonly MessageView[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 200 }, ({ messages = [] }) => (shown = messages))
  return shown
}

const reports = (story: Story, person: Person) =>
  page(story, person).flatMap(({ senderName, body }) =>
    body.kind === 'reported' ? [{ by: senderName, of: body.author.name, text: body.text, words: body.words }] : [],
  )

const idOf = (story: Story, person: Person, text: string): string =>
  page(story, person).find(({ body }) => body.kind === 'text' && body.text === text)?.id ?? 'none'

function refusal(story: Story, person: Person, message: string, words = ''): RejectionCode | null {
  let code: RejectionCode | null = null
  person.request({ kind: 'reportMessage', group: story.group, message, words }, (reply) => (code = reply.ok ? null : reply.rejection.code))
  story.pass(SOON_MS)
  return code
}

it('all admins are shown what is reported and by whom, and nobody else', async () => {
  const { story, alice, bob, carol, dora } = await desk()
  story.say(carol, 'buy now')
  story.pass(SOON_MS)
  for (const each of [alice, dora]) story.ask(each, { kind: 'markRead', group: story.group })
  story.ask(bob, { kind: 'reportMessage', group: story.group, message: idOf(story, bob, 'buy now'), words: 'an advertisement' })
  story.pass(SOON_MS)
  const reported = [{ by: 'Bob', of: 'Carol', text: 'buy now', words: 'an advertisement' }]
  expect([alice, dora].map((each) => reports(story, each))).toEqual([reported, reported])
  expect([bob, carol].map((each) => reports(story, each))).toEqual([[], []])
  expect([alice, dora].map((each) => story.groupOf(each)?.unread)).toEqual([0, 0])
  expect([alice, bob, carol, dora].map((each) => story.groupOf(each)?.isMarkedUnread)).toEqual([true, false, false, true])
})

it('what was edited is reported as it reads now, and what was deleted is not', async () => {
  const { story, alice, bob, carol } = await desk()
  story.say(carol, 'buy now', 'buy later')
  story.pass(SOON_MS)
  const [edited, deleted] = [idOf(story, bob, 'buy now'), idOf(story, bob, 'buy later')]
  story.ask(carol, { kind: 'editMessage', group: story.group, message: edited, text: 'sell now' })
  story.ask(carol, { kind: 'deleteMessage', group: story.group, message: deleted, forAll: true })
  story.pass(SOON_MS)
  expect(refusal(story, bob, edited)).toBeNull()
  expect(refusal(story, bob, deleted)).toBe('unknownMessage')
  expect(reports(story, alice).map(({ text }) => text)).toEqual(['sell now'])
})

it('waits for an admin who is away', async () => {
  const { story, alice, bob, carol } = await desk()
  story.say(carol, 'buy now')
  story.pass(SOON_MS)
  alice.stop()
  story.ask(bob, { kind: 'reportMessage', group: story.group, message: idOf(story, bob, 'buy now'), words: '' })
  story.pass(10 * 60_000)
  alice.start()
  story.pass(SOON_MS)
  expect(reports(story, alice)).toEqual([{ by: 'Bob', of: 'Carol', text: 'buy now', words: '' }])
})

it('waits until a new admin has heard that it is one', async () => {
  const { story, bob, carol, dora } = await desk()
  story.say(dora, 'buy now')
  story.pass(SOON_MS)
  const isLetter = (what: string) => what === 'relayed letter' || what === 'letter'
  // Nobody tells Carol of it, and she asks nobody: only Bob’s letters reach her.
  const release = story.holdBack(({ what, by, to }) => by === carol || (to === carol && (by !== bob || !isLetter(what))))
  story.ask(dora, { kind: 'setRole', group: story.group, account: carol.account, role: 'admin' })
  story.pass(SOON_MS)
  expect(refusal(story, bob, idOf(story, bob, 'buy now'))).toBeNull()
  expect(reports(story, carol)).toEqual([])
  release()
  story.pass(SOON_MS)
  expect(reports(story, carol)).toEqual([{ by: 'Bob', of: 'Dora', text: 'buy now', words: '' }])
})

it('a new member reports nothing before it has compared what it was shown', async () => {
  const { story, alice, bob, carol, dora } = await desk()
  const eve = story.enter('Eve')
  const others = [alice, bob, dora]
  const found = story.lose(({ by, to }) => to === eve && by !== null && others.includes(by))
  // Carol alone is there to let it in.
  for (const each of others) each.freeze()
  story.join(eve)
  for (const each of others) each.thaw()
  story.say(carol, 'buy now')
  story.pass(500)
  const message = idOf(story, eve, 'buy now')
  expect(refusal(story, eve, message)).toBe('notComparedYet')
  found()
  story.pass(3 * SOON_MS)
  expect(refusal(story, eve, message)).toBeNull()
  expect(reports(story, alice)).toHaveLength(1)
})

it('so many a day, each message once, and what is refused is not counted', async () => {
  const { story, alice, bob, carol } = await desk()
  const texts = Array.from({ length: LIMITS.reports + 1 }, (_, i) => `offer ${i}`)
  story.say(carol, ...texts)
  story.pass(SOON_MS)
  const codes = texts.slice(0, -1).map((text) => refusal(story, bob, idOf(story, bob, text)))
  expect(codes.every((code) => code === null)).toBe(true)
  expect(refusal(story, bob, idOf(story, bob, 'offer 0'))).toBe('alreadyReported')
  const last = idOf(story, bob, `offer ${LIMITS.reports}`)
  expect(refusal(story, bob, last)).toBe('tooManyReports')
  expect(reports(story, alice)).toHaveLength(LIMITS.reports)
  story.pass(DAY_MS)
  expect(refusal(story, bob, last)).toBeNull()
  expect(reports(story, alice)).toHaveLength(LIMITS.reports + 1)
})

it('an admin is not told of its own message, and where no other admin is left nothing is sent', async () => {
  const { story, alice, bob, dora } = await desk()
  story.say(dora, 'I decide')
  story.say(bob, 'my own')
  story.pass(SOON_MS)
  expect(refusal(story, bob, idOf(story, bob, 'I decide'))).toBeNull()
  expect(reports(story, alice)).toHaveLength(1)
  expect(reports(story, dora)).toEqual([])
  story.ask(alice, { kind: 'setRole', group: story.group, account: alice.account, role: 'member' })
  story.pass(SOON_MS)
  expect(refusal(story, bob, idOf(story, bob, 'I decide'))).toBe('nobodyToReportTo')
  expect(refusal(story, bob, idOf(story, bob, 'my own'))).toBe('unknownMessage')
  expect(refusal(story, bob, 'nowhere')).toBe('unknownMessage')
  expect(refusal(story, bob, idOf(story, bob, 'I decide'), 'x'.repeat(LIMITS.reportWordsBytes + 1))).toBe('textTooLong')
})

const slipped = (story: Story, author: Uint8Array, number: number): ControlMessage => ({
  kind: 'report',
  group: fromBase64url(story.group) as GroupId,
  message: new Uint8Array(32).fill(number) as MessageId,
  author: author as AccountId,
  text: `text ${number}`,
  words: '',
})

it('waits until the admin has heard who the author is', async () => {
  const { story, alice, bob } = await desk()
  const eve = story.enter('Eve')
  story.pass(SOON_MS)
  story.slip(bob, alice, [slipped(story, fromBase64url(eve.account) ?? new Uint8Array(), 1)])
  story.pass(SOON_MS)
  expect(reports(story, alice)).toEqual([])
  story.join(eve)
  story.pass(SOON_MS)
  expect(reports(story, alice)).toEqual([{ by: 'Bob', of: 'Eve', text: 'text 1', words: '' }])
})

it('is taken by admins, once for a message, of so many in a day, and about members alone', async () => {
  const { story, alice, bob, carol, dora } = await desk()
  const about = (whom: Person): Uint8Array => fromBase64url(whom.account) ?? new Uint8Array()
  story.slip(bob, carol, [slipped(story, about(dora), 1)])
  story.slip(bob, alice, [
    slipped(story, about(carol), 1),
    slipped(story, about(carol), 1),
    slipped(story, new Uint8Array(32), 2),
    slipped(story, about(bob), 3),
  ])
  story.pass(SOON_MS)
  expect(reports(story, carol)).toEqual([])
  expect(reports(story, alice).map(({ text }) => text)).toEqual(['text 1'])
  story.slip(
    bob,
    alice,
    Array.from({ length: LIMITS.reportsHeard + 4 }, (_, i) => slipped(story, about(carol), 10 + i)),
  )
  story.pass(SOON_MS)
  expect(reports(story, alice)).toHaveLength(LIMITS.reportsHeard)
  story.pass(DAY_MS)
  story.slip(bob, alice, [slipped(story, about(carol), 99)])
  story.pass(SOON_MS)
  expect(reports(story, alice)).toHaveLength(LIMITS.reportsHeard + 1)
})

it('a blocked member reports in vain', async () => {
  const { story, alice, bob, carol } = await desk()
  story.say(carol, 'buy now')
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'setBlocked', account: bob.account, isBlocked: true })
  expect(refusal(story, bob, idOf(story, bob, 'buy now'))).toBeNull()
  expect(reports(story, alice)).toEqual([])
})

it('an admin is told what its own device has of what is reported', async () => {
  const { story, alice, bob, carol, dora } = await desk()
  const here = (): readonly string[] => page(story, alice).flatMap(({ body }) => (body.kind === 'reported' ? [body.here] : []))
  story.say(carol, 'buy now', 'buy later')
  story.pass(SOON_MS)
  const [edited, deleted] = [idOf(story, bob, 'buy now'), idOf(story, bob, 'buy later')]
  for (const each of [edited, deleted]) expect(refusal(story, bob, each)).toBeNull()
  expect(here()).toEqual(['same', 'same'])
  story.ask(carol, { kind: 'editMessage', group: story.group, message: edited, text: 'good morning' })
  story.ask(carol, { kind: 'deleteMessage', group: story.group, message: deleted, forAll: true })
  story.pass(SOON_MS)
  // What was reported is what it read at first.
  expect(here()).toEqual(['same', 'deleted'])
  const group = fromBase64url(story.group) as GroupId
  const said = (id: string, author: Person, text: string): ControlMessage => ({
    kind: 'report',
    group,
    message: fromBase64url(id) as MessageId,
    author: fromBase64url(author.account) as AccountId,
    text,
    words: '',
  })
  story.slip(dora, alice, [said(edited, carol, 'good morning'), said(deleted, bob, 'buy later')])
  story.pass(SOON_MS)
  expect(here()).toEqual(['same', 'deleted', 'same', 'otherwise'])
  story.say(bob, 'the hall is closed')
  story.pass(SOON_MS)
  story.slip(dora, alice, [said(idOf(story, alice, 'the hall is closed'), bob, 'the hall is yours'), said(story.group, bob, 'made up')])
  story.pass(SOON_MS)
  expect(here().slice(4)).toEqual(['otherwise', 'notHere'])
})
