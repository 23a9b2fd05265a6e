/** What a person chooses for a conversation, and what arrives late (PROTOCOL §7.43–7.46, §9.21). */
import type { GroupView, MessageView, RejectionCode } from '@sotto/core'
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const SOON_MS = 20_000

async function three(): Promise<{ story: Story; alice: Person; bob: Person; carol: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  return { story, alice, bob, carol }
}

const titles = (person: Person): readonly string[] => person.view().groups.map(({ title }) => title)
const viewOf = (person: Person, group: string): GroupView | undefined => person.view().groups.find(({ id }) => id === group)

function create(story: Story, person: Person, title: string): string {
  let made = ''
  story.ask(person, { kind: 'createGroup', title }, ({ group }) => (made = group ?? ''))
  story.pass(1_000)
  return made
}

function page(story: Story, person: Person, part: { readonly before?: string; readonly after?: string; readonly limit?: number } = {}): readonly MessageView[] {
  let shown: readonly MessageView[] = []
  story.ask(
    person,
    { kind: 'readMessages', group: story.group, before: part.before ?? null, after: part.after ?? null, limit: part.limit ?? 100 },
    ({ messages = [] }) => (shown = messages),
  )
  return shown.filter(({ body }) => body.kind === 'text')
}

const textsOf = (messages: readonly MessageView[]): readonly string[] => messages.map(({ body }) => (body.kind === 'text' ? body.text : ''))

/** What a person is refused. */
function refusal(story: Story, person: Person, what: Parameters<Person['request']>[0]): RejectionCode | 'granted' {
  let code: RejectionCode | 'granted' = 'granted'
  person.request(what, (reply) => {
    if (!reply.ok) code = reply.rejection.code
  })
  story.pass(100)
  return code
}

const restart = (story: Story, person: Person): void => {
  person.stop()
  person.start()
  story.pass(SOON_MS)
}

it('pinned conversations stay on top in the order in which they were pinned, and whichever gets messages, over a restart', async () => {
  const story = await beginStory({ direct: false })
  const alice = story.enter('Alice')
  const [one, two] = [create(story, alice, 'one'), create(story, alice, 'two'), create(story, alice, 'three')]
  expect(titles(alice)).toEqual(['three', 'two', 'one'])
  story.ask(alice, { kind: 'setPinned', group: one, isPinned: true })
  story.ask(alice, { kind: 'setPinned', group: two, isPinned: true })
  story.ask(alice, { kind: 'setPinned', group: one, isPinned: true })
  expect(titles(alice)).toEqual(['one', 'two', 'three'])
  story.ask(alice, { kind: 'send', group: two, text: 'newest' })
  restart(story, alice)
  expect(titles(alice)).toEqual(['one', 'two', 'three'])
  story.ask(alice, { kind: 'setPinned', group: one, isPinned: false })
  expect(titles(alice)).toEqual(['two', 'three', 'one'])
})

it('a muted conversation is heard again when its time is over, and one that is muted for ever when the person says so', async () => {
  const { story, alice } = await three()
  const { group } = story
  story.ask(alice, { kind: 'mute', group, minutes: 60 })
  const untilMs = viewOf(alice, group)?.mutedUntilMs ?? 0
  expect(untilMs - story.nowMs).toBeGreaterThan(59 * MINUTE_MS)
  story.pass(2 * HOUR_MS + MINUTE_MS)
  expect(viewOf(alice, group)?.mutedUntilMs).toBeNull()
  story.ask(alice, { kind: 'mute', group, minutes: null })
  story.pass(9 * 24 * HOUR_MS)
  restart(story, alice)
  expect(viewOf(alice, group)?.mutedUntilMs).toBe(LIMITS.foreverMs)
  story.ask(alice, { kind: 'mute', group, minutes: 0 })
  expect(viewOf(alice, group)?.mutedUntilMs).toBeNull()
  for (const minutes of [-1, 0.5, LIMITS.muteMostMinutes + 1]) expect(refusal(story, alice, { kind: 'mute', group, minutes })).toBe('badRequest')
  expect(refusal(story, alice, { kind: 'mute', group: 'nowhere', minutes: null })).toBe('unknownGroup')
})

it('a clock that was ahead while a conversation was muted, and is put right, does not keep it muted', async () => {
  const { story, alice, bob } = await three()
  alice.skewMs = 20 * 24 * HOUR_MS
  story.ask(alice, { kind: 'mute', group: story.group, minutes: 60 })
  story.ask(alice, { kind: 'setArchived', group: story.group, isArchived: true })
  alice.skewMs = 0
  story.say(bob, 'hello')
  story.pass(SOON_MS)
  expect(viewOf(alice, story.group)?.isArchived).toBe(false)
  story.pass(2 * HOUR_MS)
  expect(viewOf(alice, story.group)?.mutedUntilMs).toBeNull()
})

it('an archived conversation comes back with the next message of another, and stays where it is while it is muted', async () => {
  const { story, alice, bob } = await three()
  const { group } = story
  story.ask(alice, { kind: 'setArchived', group, isArchived: true })
  story.say(alice, 'my own')
  story.pass(SOON_MS)
  expect(viewOf(alice, group)?.isArchived).toBe(true)
  story.say(bob, 'hello')
  story.pass(SOON_MS)
  expect(viewOf(alice, group)).toMatchObject({ isArchived: false, unread: 1 })
  story.ask(alice, { kind: 'mute', group, minutes: 60 })
  story.ask(alice, { kind: 'setArchived', group, isArchived: true })
  story.say(bob, 'anybody?')
  story.pass(SOON_MS)
  expect(viewOf(alice, group)).toMatchObject({ isArchived: true, unread: 2 })
  story.pass(2 * HOUR_MS)
  story.say(bob, 'now?')
  story.pass(SOON_MS)
  expect(viewOf(alice, group)?.isArchived).toBe(false)
})

it('a mark as unread lasts over a restart until the conversation is read, and what was chosen is forgotten with the group', async () => {
  const { story, alice, bob } = await three()
  const { group } = story
  for (const what of [{ kind: 'markUnread' }, { kind: 'setPinned', isPinned: true }, { kind: 'setArchived', isArchived: true }] as const)
    story.ask(alice, { ...what, group })
  restart(story, alice)
  expect(viewOf(alice, group)).toMatchObject({ isMarkedUnread: true, isPinned: true, isArchived: true, unread: 0 })
  story.ask(alice, { kind: 'markRead', group })
  expect(viewOf(alice, group)).toMatchObject({ isMarkedUnread: false, isPinned: true })
  story.ask(alice, { kind: 'leaveGroup', group, successor: bob.account })
  story.pass(SOON_MS)
  expect(viewOf(alice, group)).toMatchObject({ state: 'left', isPinned: true })
  story.ask(alice, { kind: 'forgetGroup', group })
  expect(viewOf(alice, group)).toBeUndefined()
})

it('where the person was in a conversation, and the cursor in the draft, are kept over a restart; the cursor goes with the draft', async () => {
  const { story, alice, bob } = await three()
  const { group } = story
  story.say(bob, 'one', 'two')
  story.pass(SOON_MS)
  const [one] = page(story, alice)
  const place = { message: one?.id ?? '', order: one?.order ?? '', hiddenPx: 12 }
  story.ask(alice, { kind: 'keepReadingPlace', group, place })
  story.ask(alice, { kind: 'setDraft', group, text: 'half a sentence' })
  story.ask(alice, { kind: 'keepSelection', group, start: 5, end: 6 })
  restart(story, alice)
  expect(viewOf(alice, group)).toMatchObject({ readingPlace: place, draft: 'half a sentence', draftSelection: { start: 5, end: 6 } })
  story.ask(alice, { kind: 'send', group, text: 'half a sentence' })
  expect(viewOf(alice, group)).toMatchObject({ readingPlace: place, draft: '', draftSelection: null })
  story.ask(alice, { kind: 'keepReadingPlace', group, place: null })
  expect(viewOf(alice, group)?.readingPlace).toBeNull()
  expect(refusal(story, alice, { kind: 'keepSelection', group, start: 3, end: 2 })).toBe('badRequest')
  expect(refusal(story, alice, { kind: 'keepReadingPlace', group, place: { ...place, hiddenPx: 70_000 } })).toBe('badRequest')
  expect(refusal(story, alice, { kind: 'keepReadingPlace', group: 'nowhere', place })).toBe('unknownGroup')
})

it('a popup opens in the conversation that the last one showed, for a quarter of an hour, over a restart, and not once it is forgotten', async () => {
  const { story, alice, bob } = await three()
  const { group } = story
  const other = create(story, alice, 'other')
  story.ask(alice, { kind: 'keepPopupPlace', group: other })
  story.ask(alice, { kind: 'keepPopupPlace', group })
  const shownMs = story.nowMs
  const untilMs = (): number => alice.view().popupPlace?.untilMs ?? 0
  restart(story, alice)
  expect(alice.view().popupPlace?.group).toBe(group)
  expect(Math.abs(untilMs() - shownMs - LIMITS.popupPlaceMs)).toBeLessThan(SOON_MS)
  story.pass(2 * MINUTE_MS)
  const before = untilMs()
  story.ask(alice, { kind: 'keepPopupPlace', group })
  expect(untilMs() - before).toBeGreaterThanOrEqual(2 * MINUTE_MS)
  expect(refusal(story, alice, { kind: 'keepPopupPlace', group: 'nowhere' })).toBe('unknownGroup')
  story.ask(alice, { kind: 'leaveGroup', group, successor: bob.account })
  story.pass(SOON_MS)
  expect(alice.view().popupPlace?.group).toBe(group)
  story.ask(alice, { kind: 'forgetGroup', group })
  expect(alice.view().popupPlace).toBeNull()
  story.ask(alice, { kind: 'keepPopupPlace', group: other })
  story.ask(alice, { kind: 'keepPopupPlace', group: null })
  expect(alice.view().popupPlace).toBeNull()
})

it('what was written long ago and goes above what was read gets its place, its time and a mark that says when it came', async () => {
  const { story, alice, bob, carol } = await three()
  story.network.partition([carol], true)
  story.pass(SOON_MS)
  story.say(carol, 'on the train')
  const writtenMs = story.nowMs
  story.pass(HOUR_MS)
  story.say(bob, 'where is she?')
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'markRead', group: story.group })
  story.network.heal()
  story.msUntil(() => story.shows(alice, 'on the train') && story.shows(bob, 'on the train'), 10 * MINUTE_MS)
  const [late, read] = page(story, alice)
  expect(textsOf(page(story, alice))).toEqual(['on the train', 'where is she?'])
  expect(Math.abs((late?.atMs ?? 0) - writtenMs)).toBeLessThan(MINUTE_MS)
  expect((late?.lateMs ?? 0) - writtenMs).toBeGreaterThan(HOUR_MS)
  expect(read?.lateMs).toBeNull()
  // It is what is unread, though it is not the last.
  const view = viewOf(alice, story.group)
  expect(view).toMatchObject({ unread: 1, lastMessage: { text: 'where is she?' }, readUpTo: { order: read?.order } })
  expect(late?.lateMs).toBeGreaterThanOrEqual(view?.readUpTo?.atMs ?? Infinity)
  restart(story, alice)
  expect(page(story, alice)[0]?.lateMs).toBe(late?.lateMs)
  story.ask(alice, { kind: 'markRead', group: story.group })
  expect(viewOf(alice, story.group)).toMatchObject({ unread: 0, readUpTo: null })
})

it('nothing is marked as late where it goes below what was read, came within minutes, or nothing was read that it goes above', async () => {
  const { story, alice, bob, carol } = await three()
  // Within minutes.
  story.network.partition([carol], true)
  story.pass(SOON_MS)
  story.say(carol, 'a moment')
  story.pass(5 * MINUTE_MS)
  story.say(bob, 'meanwhile')
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'markRead', group: story.group })
  story.network.heal()
  story.msUntil(() => story.shows(alice, 'a moment'), 10 * MINUTE_MS)
  expect(textsOf(page(story, alice))).toEqual(['a moment', 'meanwhile'])
  // Hours ago, and the last of all.
  story.ask(alice, { kind: 'markRead', group: story.group })
  story.network.partition([carol], true)
  story.pass(SOON_MS)
  story.say(carol, 'again a tunnel')
  story.pass(HOUR_MS)
  story.network.heal()
  story.msUntil(() => story.shows(alice, 'again a tunnel'), 10 * MINUTE_MS)
  // Above messages that were not read either.
  story.ask(alice, { kind: 'markRead', group: story.group })
  story.network.partition([carol], true)
  story.pass(SOON_MS)
  story.say(carol, 'and another')
  story.pass(HOUR_MS)
  story.say(bob, 'unread')
  story.pass(SOON_MS)
  story.network.heal()
  story.msUntil(() => story.shows(alice, 'and another'), 10 * MINUTE_MS)
  expect(textsOf(page(story, alice))).toEqual(['a moment', 'meanwhile', 'again a tunnel', 'and another', 'unread'])
  expect(page(story, alice).map(({ lateMs }) => lateMs)).toEqual([null, null, null, null, null])
})

it('pages are read in both directions, from a message that is looked up', async () => {
  const { story, alice, bob } = await three()
  story.say(bob, ...Array.from({ length: 12 }, (_, i) => `line ${i}`))
  story.pass(SOON_MS)
  const fifth = page(story, alice)[5]
  let order = ''
  story.ask(alice, { kind: 'findMessage', group: story.group, message: fifth?.id ?? '' }, (value) => (order = value.order ?? ''))
  expect(order).toBe(fifth?.order)
  expect(textsOf(page(story, alice, { after: order, limit: 3 }))).toEqual(['line 6', 'line 7', 'line 8'])
  expect(textsOf(page(story, alice, { before: order, limit: 2 }))).toEqual(['line 3', 'line 4'])
  expect(refusal(story, alice, { kind: 'findMessage', group: story.group, message: 'nothing' })).toBe('unknownMessage')
})
