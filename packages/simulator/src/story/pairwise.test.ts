/** Groups whose messages are sealed for each device by itself (PROTOCOL §4.6 to §4.11). */
import { content, type ControlMessage, GAP, KEY_RECIPIENT, KEY_REQUEST, MEMBERSHIP_LOG, messageRecord, OWN_RUN, RECEIVED } from '@sotto/core/inside'
import { heads } from '@sotto/membership'
import { decode, encode, fromBase64url, type EpochId, type GroupId, LIMITS, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000
const PAIRWISE = { newGroupCipher: 'pairwise' } as const

async function gathered(...names: readonly string[]) {
  const story = await beginStory({ direct: false, machine: PAIRWISE })
  const people = names.map((name) => story.enter(name))
  const [founder, ...others] = people as [Person, ...Person[]]
  story.gather(founder, ...others)
  return { story, people: people as [Person, Person, Person, ...Person[]] }
}

const hasSeen = (story: Story, ...people: readonly Person[]) => story.heard.filter(({ to }) => people.includes(to)).map(({ what }) => what)

/** Lines that say whose messages differ, and who was sent the other. */
const differing = (story: Story, person: Person) =>
  person.readHistory(`messages/${story.group}`).flatMap(({ value }) => {
    const record = decode(messageRecord, value)
    return record?.body.kind === 'contentsDiffer' ? [{ about: toBase64url(record.account), by: toBase64url(record.body.by) }] : []
  })

/** A text as a content, said now. */
function contentOf(story: Story, text: string): Uint8Array {
  const said = { timeMs: story.nowMs, counter: 0, leadMs: null, seen: [], before: null, again: null, heads: null }
  return encode(content, { ...said, body: { kind: 'text', text, mentions: [] } })
}

/** Where the first message of a device is, as another has it. */
function placeOf(story: Story, person: Person, author: Person) {
  const [first] = person.rows.scan(RECEIVED, story.group).filter(({ key }) => key[2] === toBase64url(author.device))
  const [, epoch = '', , keyId = ''] = first?.key ?? []
  return { epoch: fromBase64url(epoch) as EpochId, keyId: Number(keyId), iteration: first?.value[0]?.from ?? 0 }
}

it('nothing of a message is in the group’s mailbox or in gossip', async () => {
  const { story, people } = await gathered('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  story.say(alice, 'for you')
  story.pass(SOON_MS)
  expect([bob, carol].map((each) => story.texts(each))).toEqual([['for you'], ['for you']])
  expect(hasSeen(story, alice, bob, carol).filter((what) => what === 'relayed envelope' || what === 'gossip' || what === 'envelopes')).toEqual([])
  expect(story.messages(alice)[0]?.state).toBe('delivered')
})

it('a copy that is lost on the way and whose message was deleted is refused: it is not sent again, and nothing waits for it', async () => {
  const { story, people } = await gathered('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const words = 'the key is under the stone'
  story.say(alice, 'before')
  story.pass(SOON_MS)
  const found = story.lose(({ to, what, by }) => to === bob && what === 'relayed letter' && by === alice)
  story.say(alice, words)
  story.pass(5_000)
  found()
  const [message = ''] = alice.readHistory(`messages/${story.group}`).flatMap(({ id, value }) => (Buffer.from(value).includes(words) ? [id] : []))
  story.ask(alice, { kind: 'deleteMessage', group: story.group, message, forAll: true })
  story.say(alice, 'after')
  story.pass(30 * 60_000)
  expect([bob, carol].map((each) => story.texts(each))).toEqual([
    ['before', 'after'],
    ['before', 'after'],
  ])
  const kept = (person: Person) => ['messages', 'own', 'envelopes'].flatMap((name) => person.readHistory(`${name}/${story.group}`).map(({ value }) => value))
  for (const person of [alice, bob, carol])
    expect([...person.diskRows().values(), ...kept(person)].filter((value) => Buffer.from(value).includes(words))).toEqual([])
  const [gap] = bob.rows.scan(GAP, story.group).filter(({ key }) => key[2] === toBase64url(alice.device))
  expect(gap?.value).toMatchObject({ refused: [{}], gone: [] })
  expect([story.groupOf(bob)?.unreadable, bob.rows.scan(KEY_REQUEST, story.group)]).toEqual([[], []])
})

it('a copy that is lost on the way is asked for when a later one comes', async () => {
  const { story, people } = await gathered('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const found = story.lose(({ to, what, by }) => to === bob && what === 'relayed letter' && by === alice)
  story.say(alice, 'lost')
  story.pass(5_000)
  found()
  story.say(alice, 'after it')
  story.pass(2_000)
  expect(story.texts(bob)).toEqual(['after it'])
  expect(story.texts(carol)).toEqual(['lost', 'after it'])
  story.pass(60_000)
  expect(story.texts(bob)).toEqual(['lost', 'after it'])
  expect(story.groupOf(bob)?.unread).toBe(2)
})

it('a copy that is lost, and the last, is sent again when its device is heard of', async () => {
  const { story, people } = await gathered('Alice', 'Bob', 'Carol')
  const [alice, bob] = people
  const found = story.lose(({ to, what, by }) => to === bob && what === 'relayed letter' && by === alice)
  story.say(alice, 'lost')
  story.pass(5_000)
  found()
  story.say(bob, 'anything new?')
  story.pass(LIMITS.undeliveredMs + 120_000)
  expect(story.texts(bob)).toContain('lost')
  expect(story.messages(alice)[0]?.state).toBe('delivered')
})

it('a member that sends people different things in one place is told of, by the first of them who hears from another', async () => {
  const { story, people } = await gathered('Alice', 'Bob', 'Carol', 'Mallory')
  const [alice, bob, carol, mallory] = people as [Person, Person, Person, Person]
  story.say(mallory, 'yes')
  story.pass(SOON_MS)
  // Her next two messages for Alice and Carol, and what Bob gets in the same places.
  const run = mallory.rows.get(OWN_RUN, story.group)
  if (run === undefined) throw new RangeError('she has said nothing')
  const place = { group: fromBase64url(story.group) as GroupId, epoch: run.epoch, keyId: run.keyId, iteration: run.next }
  const log = mallory.rows.get(MEMBERSHIP_LOG, story.group)
  const logHeads = log === undefined ? [] : heads(log)
  const copies = (...texts: readonly string[]): readonly ControlMessage[] =>
    texts.map((text, i) => ({
      kind: 'pairwiseMessage',
      ...place,
      iteration: place.iteration + i,
      from: 0,
      heads: [...logHeads],
      content: contentOf(story, text),
      sightings: [],
    }))
  story.slip(mallory, alice, copies('truly', 'I agree'))
  story.slip(mallory, bob, copies('hardly', 'I disagree'))
  story.slip(mallory, carol, copies('truly', 'I agree'))
  story.pass(SOON_MS)
  expect([alice, bob, carol].map((each) => story.texts(each).at(-1))).toEqual(['I agree', 'I disagree', 'I agree'])
  expect([alice, bob, carol].flatMap((each) => differing(story, each))).toEqual([])
  story.say(bob, 'so you disagree?')
  story.pass(SOON_MS)
  const told = [{ about: mallory.account, by: bob.account }]
  expect([alice, carol].map((each) => differing(story, each))).toEqual([told, told])
  // Once, and of nobody who sent everybody the same.
  story.say(alice, 'no, she agrees')
  story.say(bob, 'she does not')
  story.pass(SOON_MS)
  expect([alice, carol].map((each) => differing(story, each))).toEqual([told, told])
  expect(differing(story, bob)).toEqual([{ about: mallory.account, by: alice.account }])
})

it('what a removed member sent in time and comes late is shown where another member had it, and nothing later', async () => {
  const { story, people } = await gathered('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const release = story.holdBack(({ to, what }) => to === bob && what === 'relayed letter')
  story.say(carol, 'in time')
  story.pass(SOON_MS)
  story.remove(alice, carol)
  story.pass(SOON_MS)
  expect([alice, bob].map((each) => story.texts(each))).toEqual([['in time'], []])
  expect(story.groupOf(bob)?.members.map(({ name }) => name)).toEqual(['Alice', 'Bob'])
  release()
  story.pass(60_000)
  expect(story.texts(bob)).toEqual(['in time'])
  const { epoch, keyId, iteration } = placeOf(story, alice, carol)
  const late = { kind: 'pairwiseMessage', group: fromBase64url(story.group) as GroupId, from: 0, heads: [], content: contentOf(story, 'too late') } as const
  story.slip(carol, bob, [{ ...late, epoch, keyId, iteration: iteration + 1, sightings: [] }])
  story.pass(120_000)
  expect(story.texts(bob)).toEqual(['in time'])
})

it('who goes is sent nothing more, and a new member nothing from before', async () => {
  const { story, people } = await gathered('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  story.remove(alice, carol)
  story.pass(SOON_MS)
  story.say(alice, 'without Carol')
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
  const dave = story.enter('Dave')
  story.join(dave)
  story.say(bob, 'with Dave')
  story.pass(SOON_MS)
  expect(story.texts(carol)).toEqual([])
  expect(story.texts(dave)).toEqual(['with Dave'])
  expect(story.groupOf(dave)?.unreadable).toEqual([])
  const places = alice.rows.scan(KEY_RECIPIENT, story.group).filter(({ key }) => key[3] === toBase64url(dave.device))
  expect(places.every(({ value }) => value.fromIteration > 0 || value.opened.length === 0)).toBe(true)
  expect(dave.rows.scan(RECEIVED, story.group).filter(({ key }) => key[2] === toBase64url(alice.device))).toEqual([])
})

it('the thirteenth is refused, and told why', async () => {
  const { story } = await gathered(...Array.from({ length: LIMITS.pairwiseMembers }, (_, i) => `Person ${i}`))
  const late = story.enter('Late')
  story.ask(late, { kind: 'join', invite: story.invite })
  story.pass(60_000)
  expect(story.groupOf(late)).toMatchObject({ state: 'joining', join: { step: 'refused', reason: 'full' } })
})
