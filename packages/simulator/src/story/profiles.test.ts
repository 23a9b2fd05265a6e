/** What people say about themselves, and what groups are called (PROTOCOL §3.48–3.50, §5.52–5.54). */
import type { MessageView, RejectionCode } from '@sotto/core'
import { toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 20_000
const DAY_MS = 24 * 3_600_000

/** A PNG as far as its first bytes say. `seed` makes it another. */
function picture(seed = 1, side = 96): string {
  const bytes = new Uint8Array(600).fill(seed)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, side >> 8, side & 0xff, 0, 0, side >> 8, side & 0xff])
  return toBase64url(bytes)
}

const accountOf = (person: Person): string => person.view().self?.account ?? ''

const seen = (story: Story, by: Person, whom: Person) => story.groupOf(by)?.members.find(({ account }) => account === accountOf(whom))

function bytesOf(story: Story, by: Person, whom: Person): string | undefined {
  let bytes: string | undefined
  const name = seen(story, by, whom)?.picture ?? ''
  if (name !== '') story.ask(by, { kind: 'readPicture', picture: name }, (value) => (bytes = value.picture?.bytes))
  return bytes
}

function lines(story: Story, person: Person): readonly MessageView['body'][] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
  return shown.map(({ body }) => body).filter(({ kind }) => kind === 'titled')
}

async function two() {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'hello')
  story.pass(SOON_MS)
  return { story, alice, bob }
}

it('a line and a picture reach the members, replace what was, and can be taken back; they are no message', async () => {
  const { story, alice, bob } = await two()
  const unread = story.groupOf(bob)?.unread
  story.ask(alice, { kind: 'setProfile', line: '  At the\n desk ', picture: picture() })
  story.pass(SOON_MS)
  expect(seen(story, bob, alice)).toMatchObject({ line: 'At the desk' })
  expect(bytesOf(story, bob, alice)).toBe(picture())
  expect(alice.view().self).toMatchObject({ line: 'At the desk', picture: seen(story, bob, alice)?.picture })
  story.ask(alice, { kind: 'setProfile', line: 'Away' })
  story.pass(SOON_MS)
  expect([seen(story, bob, alice)?.line, bytesOf(story, bob, alice)]).toEqual(['Away', picture()])
  story.ask(alice, { kind: 'setProfile', line: '', picture: null })
  story.pass(SOON_MS)
  expect(seen(story, bob, alice)).toMatchObject({ line: '', picture: null })
  expect([story.texts(bob), story.groupOf(bob)?.unread]).toEqual([['hello'], unread])
})

it('it outlasts restarts, on both sides', async () => {
  const { story, alice, bob } = await two()
  story.ask(alice, { kind: 'setProfile', line: 'here', picture: picture() })
  story.pass(SOON_MS)
  for (const person of [alice, bob]) {
    person.stop()
    person.start()
  }
  story.pass(1_000)
  expect(bytesOf(story, bob, alice)).toBe(picture())
  expect(bytesOf(story, alice, alice)).toBe(picture())
})

it('a member who comes later is shown those of the others, and they the one that the new member had', async () => {
  const { story, alice, bob } = await two()
  story.ask(alice, { kind: 'setProfile', line: 'first', picture: picture(1) })
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  story.ask(carol, { kind: 'setProfile', line: 'new here', picture: picture(2) })
  story.join(carol)
  story.pass(60_000)
  expect(seen(story, carol, alice)?.line).toBe('first')
  expect(bytesOf(story, carol, alice)).toBe(picture(1))
  expect(bytesOf(story, bob, carol)).toBe(picture(2))
  expect(seen(story, carol, bob)).toMatchObject({ line: '', picture: null })
})

it('what is no picture is refused, also one that is too large or has too long a line', async () => {
  const { story, alice, bob } = await two()
  const codes: (RejectionCode | 'granted')[] = []
  const set = (line: string, sent: string): void => {
    alice.request({ kind: 'setProfile', line, picture: sent }, (reply) => codes.push(reply.ok ? 'granted' : reply.rejection.code))
    story.pass(100)
  }
  set('', toBase64url(new TextEncoder().encode('<svg/>')))
  set('', 'not base64!')
  set('', picture(1, 4_000))
  set('x'.repeat(300), picture())
  alice.request({ kind: 'readPicture', picture: 'nothing' }, (reply) => codes.push(reply.ok ? 'granted' : reply.rejection.code))
  story.pass(100)
  expect(codes).toEqual(['pictureNotOne', 'pictureNotOne', 'pictureNotOne', 'lineTooLong', 'unknownPicture'])
  story.pass(SOON_MS)
  expect(seen(story, bob, alice)).toMatchObject({ line: '', picture: null })
})

it('an admin calls the group otherwise, and everybody is told, also who comes later', async () => {
  const { story, alice, bob } = await two()
  const before = story.groupOf(bob)?.title
  story.ask(alice, { kind: 'setTitle', group: story.group, title: 'Night desk' })
  story.pass(SOON_MS)
  expect([before === 'Night desk', story.groupOf(alice)?.title, story.groupOf(bob)?.title]).toEqual([false, 'Night desk', 'Night desk'])
  expect(story.groupOf(bob)?.isTitleFormer).toBe(false)
  expect([lines(story, alice), lines(story, bob)]).toEqual([[{ kind: 'titled', to: 'Night desk' }], [{ kind: 'titled', to: 'Night desk' }]])
  const carol = story.enter('Carol')
  story.join(carol)
  story.pass(SOON_MS)
  expect([story.groupOf(carol)?.title, lines(story, carol)]).toEqual(['Night desk', []])
})

it('a title that comes before its operation is taken when that comes', async () => {
  const { story, alice, bob } = await two()
  const found = story.lose(relayed('operation', alice, bob))
  const letters = story.lose(relayed('letter', alice, bob))
  story.ask(alice, { kind: 'setTitle', group: story.group, title: 'Night desk' })
  story.pass(2_000)
  found()
  letters()
  expect(story.msUntil(() => story.groupOf(bob)?.title === 'Night desk', 30 * 60_000)).toBeLessThan(30 * 60_000)
})

it('an admin gives the group a picture and a description: everybody is told once, and who comes later sees them', async () => {
  const { story, alice, bob } = await two()
  const about = (person: Person) => ({ description: story.groupOf(person)?.description, picture: story.groupOf(person)?.picture !== null })
  story.ask(alice, { kind: 'setGroupProfile', group: story.group, description: 'What happens here', picture: picture(3) })
  story.pass(SOON_MS)
  expect(about(bob)).toEqual({ description: 'What happens here', picture: true })
  const carol = story.enter('Carol')
  story.join(carol)
  story.pass(60_000)
  expect(about(carol)).toEqual({ description: 'What happens here', picture: true })
  const told = (person: Person): readonly string[] => {
    let shown: readonly MessageView[] = []
    story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
    return shown.flatMap(({ body }) => (body.kind === 'notice' && body.notice.endsWith('Changed') ? [body.notice] : []))
  }
  expect([told(alice), told(bob), told(carol)]).toEqual([['pictureChanged', 'descriptionChanged'], ['pictureChanged', 'descriptionChanged'], []])
  const codes: (RejectionCode | 'granted')[] = []
  bob.request({ kind: 'setGroupProfile', group: story.group, description: 'mine' }, (reply) => codes.push(reply.ok ? 'granted' : reply.rejection.code))
  story.pass(SOON_MS)
  alice.request({ kind: 'setGroupProfile', group: story.group, description: 'x'.repeat(2_000) }, (reply) =>
    codes.push(reply.ok ? 'granted' : reply.rejection.code),
  )
  story.pass(SOON_MS)
  expect(codes).toEqual(['notAllowed', 'descriptionTooLong'])
  expect(about(carol).description).toBe('What happens here')
})

it('only an admin may, and an empty title is none', async () => {
  const { story, alice, bob } = await two()
  const codes: (RejectionCode | 'granted')[] = []
  for (const [person, title] of [
    [bob, 'Mine'],
    [alice, ' '],
    [alice, 'x'.repeat(200)],
  ] as const) {
    person.request({ kind: 'setTitle', group: story.group, title }, (reply) => codes.push(reply.ok ? 'granted' : reply.rejection.code))
    story.pass(100)
  }
  expect(codes).toEqual(['notAllowed', 'titleEmpty', 'titleTooLong'])
  expect([story.groupOf(alice)?.may.setTitle, story.groupOf(bob)?.may.setTitle]).toEqual([true, false])
})

it('what was chosen while a clock was days ahead gives way to what is chosen after, also where both come at once', async () => {
  const { story, alice, bob } = await two()
  const carol = story.enter('Carol')
  story.join(carol)
  story.pass(SOON_MS)
  carol.stop()
  alice.skewMs = 3 * DAY_MS
  story.ask(alice, { kind: 'setProfile', line: 'from the future', picture: picture(1) })
  story.ask(alice, { kind: 'setGroupProfile', group: story.group, description: 'of the future' })
  story.pass(SOON_MS)
  alice.skewMs = 0
  story.ask(alice, { kind: 'setProfile', line: 'now', picture: picture(2) })
  story.ask(alice, { kind: 'setGroupProfile', group: story.group, description: 'of today' })
  story.pass(SOON_MS)
  carol.start()
  story.pass(SOON_MS)
  for (const reader of [bob, carol]) {
    expect([seen(story, reader, alice)?.line, bytesOf(story, reader, alice)]).toEqual(['now', picture(2)])
    expect(story.groupOf(reader)?.description).toBe('of today')
  }
})
