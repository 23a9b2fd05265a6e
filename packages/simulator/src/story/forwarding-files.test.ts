/** Messages that are passed on with their files (PROTOCOL §8.37, §14.19). */
import type { MessageView } from '@sotto/core'
import { FILE, PASSING_ON, SEALING } from '@sotto/core/inside'
import { toBase64url } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { answerTo, gathered, isSame, msUntilWhole, readAll, sendFiles, someBytes } from './file-story.ts'
import type { Person, Story } from './story.ts'

const SOON_MS = 20_000
const CHUNK = 61_424
const LENGTH = 5 * CHUNK + 100

/** Bob has two files of Alice's, and is in another group with Carol. */
async function twoGroups(...contents: readonly Uint8Array[]) {
  const { story, people } = await gathered(['Alice', 'Bob'])
  const [alice, bob] = people
  const carol = story.enter('Carol')
  const first = story.group
  const message = sendFiles(story, alice, 'the minutes', ...(contents.length > 0 ? contents : [someBytes(LENGTH), someBytes(700, 2)]))
  msUntilWhole(story, message, [bob])
  let other = ''
  let invite = ''
  story.ask(bob, { kind: 'createGroup', title: 'Choir' }, ({ group = '' }) => (other = group))
  story.ask(bob, { kind: 'createInvite', group: other }, (value) => (invite = value.invite ?? ''))
  story.ask(carol, { kind: 'join', invite })
  story.msUntil(() => carol.view().groups.some(({ id, state }) => id === other && state === 'member'), 60_000)
  story.pass(SOON_MS)
  return { story, alice, bob, carol, first, other, message }
}

const filesOf = (message: string, group: string, count = 2) => ({
  group,
  message,
  files: Array.from({ length: count }, (_, number) => ({ number, name: `${number}.bin`, mediaType: 'application/octet-stream', picture: null })),
})

/** The messages of a group that were passed on. */
function passedOn(story: Story, person: Person, group: string): readonly (MessageView & { readonly body: { readonly kind: 'text' } })[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
  return shown.filter((each): each is MessageView & { readonly body: { readonly kind: 'text' } } => each.body.kind === 'text' && each.body.forwarded)
}

const passingOn = (person: Person, group: string) => person.view().groups.find(({ id }) => id === group)?.passingOn ?? []

const keysIn = (person: Person, group: string, message: string): readonly string[] =>
  person.rows.scan(FILE, group, message).map(({ value: { key } }) => toBase64url(key))

/** Reads in another group than the story's. */
function readIn(story: Story, group: string, person: Person, message: string, number: number): Uint8Array | string {
  const before = story.group
  story.group = group
  const read = readAll(story, person, message, number)
  story.group = before
  return read
}

describe('a message with files', () => {
  it('is said in each chosen group with its text and its files, each under a key that no other group has', async () => {
    const { story, alice, bob, carol, first, other, message } = await twoGroups()
    story.ask(bob, { kind: 'forward', groups: [first, other], text: 'the minutes', files: filesOf(message, first) })
    story.msUntil(() => passedOn(story, carol, other)[0]?.body.files.every(({ state }) => state === 'here') === true, 120_000)
    const [there] = passedOn(story, carol, other)
    expect(there?.body).toMatchObject({ text: 'the minutes', mentions: [], replyTo: null, forwarded: true, files: [{ name: '0.bin' }, { name: '1.bin' }] })
    const [contents, id] = [[someBytes(LENGTH), someBytes(700, 2)], there?.id ?? '']
    for (const [number, bytes] of contents.entries()) expect(isSame(readIn(story, other, carol, id, number), bytes)).toBe(true)
    story.msUntil(() => passedOn(story, alice, first).length > 0, 60_000)
    const again = passedOn(story, alice, first)[0]?.id ?? ''
    const keys = [...keysIn(bob, first, message), ...keysIn(bob, first, again), ...keysIn(bob, other, id)]
    expect(new Set(keys).size).toBe(6)
    expect(passingOn(bob, other)).toEqual([])
    // Each is there once for each message.
    expect(bob.chunks.listNow()).toHaveLength(6)
  })

  it('is refused whole where a file is not here, is none, or one group is none of the person’s', async () => {
    const { story, bob, first, other, message } = await twoGroups()
    const forward = (groups: readonly string[], count = 2, text = '') => {
      const answer = answerTo(story, bob, { kind: 'forward', groups, text, files: filesOf(message, first, count) })
      return answer?.ok === false ? answer.rejection.code : 'granted'
    }
    expect(forward([other, 'nowhere'])).toBe('unknownGroup')
    expect(forward([other], 3)).toBe('unknownFile')
    expect(forward([other], 0)).toBe('badRequest')
    expect(forward([other], 2, 'x'.repeat(20_000))).toBe('textTooLong')
    story.ask(bob, { kind: 'cancelFile', group: first, message, number: 1 })
    expect(forward([other])).toBe('fileNotHere')
    story.pass(SOON_MS)
    expect([passedOn(story, bob, other), passingOn(bob, other)]).toEqual([[], []])
  })
})

describe('a kill', () => {
  it('anywhere in the middle costs the file that was under way, and the message is said once', async () => {
    const { story, bob, carol, first, other, message } = await twoGroups()
    let said = 0
    let goneOn = 0
    for (let actions = 2; actions < 40; actions += 3) {
      bob.dieAfterActions = actions
      bob.request({ kind: 'forward', groups: [other], text: '', files: filesOf(message, first) })
      story.msUntil(() => !bob.alive, 5_000)
      if (bob.alive) bob.die()
      bob.start()
      if (passingOn(bob, other).length > 0) goneOn++
      story.msUntil(() => passingOn(bob, other).length === 0, 60_000)
      story.pass(SOON_MS)
      const now = passedOn(story, carol, other)
      // What was not kept was not answered either.
      expect(now.length - said, `after ${actions} actions`).toBeLessThanOrEqual(1)
      said = now.length
      for (const each of now) {
        expect(isSame(readIn(story, other, carol, each.id, 0), someBytes(LENGTH))).toBe(true)
        expect(isSame(readIn(story, other, carol, each.id, 1), someBytes(700, 2))).toBe(true)
      }
      // Nothing half-done lies about: those of Alice's, and two for each message.
      expect(bob.chunks.listNow()).toHaveLength(2 + 2 * said)
    }
    expect(goneOn).toBeGreaterThan(4)
    expect(said).toBeGreaterThan(8)
  })
})

describe('what ends before its files are sealed', () => {
  /** Bob has begun to pass on, and is in the middle of the first file. */
  async function underWay() {
    const world = await twoGroups(someBytes(60 * CHUNK), someBytes(700, 2))
    const { story, bob, first, other, message } = world
    const before = bob.chunks.listNow().length
    const begin = () => {
      bob.request({ kind: 'forward', groups: [other], text: 'the minutes', files: filesOf(message, first) })
      story.pass(50)
      expect(bob.rows.scan(SEALING)[0]?.value.isGiven).toBe(false)
    }
    begin()
    expect(bob.chunks.listNow()).toHaveLength(before + 1)
    const onDisk = () => bob.chunks.listNow().length
    return { ...world, before, onDisk, begin }
  }

  it('is not said, leaves nothing, and the person hears of it: the message was deleted', async () => {
    const { story, bob, carol, other, message, onDisk } = await underWay()
    bob.request({ kind: 'deleteMessage', group: story.group, message, forAll: false })
    story.msUntil(() => passingOn(bob, other)[0]?.trouble === 'gone', 60_000)
    expect(onDisk()).toBe(0)
    bob.stop()
    bob.start()
    expect(passingOn(bob, other)).toMatchObject([{ files: 2, trouble: 'gone' }])
    story.ask(bob, { kind: 'endPassingOn', group: other, as: passingOn(bob, other)[0]?.as ?? '' })
    story.pass(SOON_MS)
    expect([passingOn(bob, other), passedOn(story, carol, other)]).toEqual([[], []])
  })

  it('likewise where the message vanishes; what was said before that is the person’s own word', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    let other = ''
    story.ask(bob, { kind: 'createGroup', title: 'Choir' }, ({ group = '' }) => (other = group))
    story.ask(alice, { kind: 'setLifetime', group: story.group, seconds: 30 })
    story.pass(SOON_MS)
    const message = sendFiles(story, alice, '', someBytes(60 * CHUNK), someBytes(700, 2))
    story.msUntil(() => bob.rows.scan(FILE, story.group, message).every(({ value }) => value.state === 'whole'), 20_000)
    story.ask(bob, { kind: 'markRead', group: story.group })
    story.ask(bob, { kind: 'forward', groups: [other], text: '', files: filesOf(message, story.group) })
    story.msUntil(() => passedOn(story, bob, other).length === 1, 20_000)
    let endsMs = 0
    story.ask(
      bob,
      { kind: 'readMessages', group: story.group, before: null, limit: 10 },
      ({ messages = [] }) => (endsMs = messages.at(-1)?.lifetime?.endsMs ?? 0),
    )
    story.pass(endsMs - story.nowMs - 50)
    bob.request({ kind: 'forward', groups: [other], text: '', files: filesOf(message, story.group) })
    story.msUntil(() => bob.rows.scan(FILE, story.group, message).length === 0, 60_000)
    story.pass(1_000)
    expect(passingOn(bob, other)).toMatchObject([{ trouble: 'gone' }])
    // The one that was passed on before.
    expect(bob.chunks.listNow()).toHaveLength(2)
    expect(passedOn(story, bob, other)[0]?.body.files.map(({ state }) => state)).toEqual(['here', 'here'])
  })

  it('likewise where the disk is full', async () => {
    const { story, bob, other, before, onDisk } = await underWay()
    bob.chunks.limitBytes(bob.chunks.listNow().reduce((sum, { bytes }) => sum + bytes, 0))
    story.msUntil(() => passingOn(bob, other)[0]?.trouble === 'full', 60_000)
    expect(onDisk()).toBe(before)
  })

  it('likewise where the person takes it back, or leaves the group', async () => {
    const { story, bob, carol, first, other, message, before, onDisk, begin } = await underWay()
    bob.request({ kind: 'endPassingOn', group: other, as: bob.rows.scan(PASSING_ON, other)[0]?.key[1] ?? '' })
    story.pass(1_000)
    expect(onDisk()).toBe(before)
    let third = ''
    story.ask(bob, { kind: 'createGroup', title: 'Board' }, ({ group = '' }) => (third = group))
    begin()
    bob.request({ kind: 'forward', groups: [third], text: 'there', files: filesOf(message, first) })
    story.pass(1)
    story.ask(bob, { kind: 'leaveGroup', group: other, successor: carol.account })
    story.pass(SOON_MS)
    expect(passedOn(story, carol, other)).toEqual([])
    // What waited for it goes on.
    expect(passedOn(story, bob, third)).toMatchObject([{ body: { text: 'there' } }])
    expect(onDisk()).toBe(before + 2)
  })
})
