/**
 * What a member gains in a group with the cipher `pairwise`, or by an invite to talk alone, with copies, sightings, introductions and
 * answers that are forged, replayed, far ahead, too many or of elsewhere: nothing, and it takes nothing from others (PROTOCOL §4, §8.40).
 */
import {
  content,
  type ControlMessage,
  DIRECT_CHAT,
  GAP,
  INTRODUCED,
  JOIN,
  KEY_REQUEST,
  MEMBERSHIP_LOG,
  messageRecord,
  OWN_RUN,
  RECEIVED,
  SIGHTINGS,
  UNDECRYPTABLE,
} from '@sotto/core/inside'
import { formatInvite, parseInvite } from '@sotto/crypto'
import { heads } from '@sotto/membership'
import { decode, encode, type EpochId, equalBytes, fromBase64url, type GroupId, LIMITS, type OperationId, toBase64url } from '@sotto/wire'
import { beforeEach, describe, expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

type Copy = Extract<ControlMessage, { readonly kind: 'pairwiseMessage' }>

const SOON_MS = 20_000

let story: Story
let victim: Person
let alice: Person
let mallory: Person

async function gather(cipher: 'pairwise' | 'sender-keys'): Promise<void> {
  story = await beginStory({ direct: false, machine: { newGroupCipher: cipher } })
  ;[victim, alice, mallory] = [story.enter('Victim'), story.enter('Alice'), story.enter('Mallory')]
  story.gather(victim, alice, mallory)
}

beforeEach(() => gather('pairwise'))

const idOf = (group: string): GroupId => fromBase64url(group) as GroupId
const accountOf = (person: Person): Uint8Array => fromBase64url(person.account) ?? new Uint8Array()
const bytes = <T extends Uint8Array>(): T => story.random.bytes(32) as T

/** A text as a content, said now. */
function contentOf(text: string, before: { readonly keyId: number; readonly messages: number } | null = null): Uint8Array {
  const said = { timeMs: story.nowMs, counter: 0, leadMs: null, seen: [], before, again: null, heads: null }
  return encode(content, { ...said, body: { kind: 'text', text, mentions: [] } })
}

/** The next message of a person as it would be sent, with what differs. */
function copyBy(person: Person, text: string, changes: Partial<Copy> = {}): Copy {
  const run = person.rows.get(OWN_RUN, story.group)
  const log = person.rows.get(MEMBERSHIP_LOG, story.group)
  if (run === undefined || log === undefined) throw new RangeError('not in the group')
  const place = { group: idOf(story.group), epoch: run.epoch, keyId: run.keyId, iteration: run.next, from: 0 }
  return { kind: 'pairwiseMessage', ...place, heads: [...heads(log)], content: contentOf(text), sightings: [], ...changes }
}

const textsOf = (person: Person): readonly string[] => story.texts(person)
const waitingOf = (person: Person) => victim.rows.scan(UNDECRYPTABLE, story.group).filter(({ value }) => equalBytes(value.device, person.device))
const placesOf = (person: Person) => victim.rows.scan(RECEIVED, story.group).filter(({ key }) => key[2] === toBase64url(person.device))
const accused = (person: Person) =>
  person.readHistory(`messages/${story.group}`).flatMap(({ value }) => {
    const record = decode(messageRecord, value)
    return record?.body.kind === 'contentsDiffer' ? [{ about: toBase64url(record.account), by: toBase64url(record.body.by) }] : []
  })

function slip(...bodies: readonly ControlMessage[]): void {
  for (let i = 0; i < bodies.length; i += 50) {
    story.slip(mallory, victim, bodies.slice(i, i + 50))
    story.pass(1_000)
  }
  story.pass(SOON_MS)
}

describe('a copy', () => {
  it('is shown once, however often it comes, and not in a group of another cipher', async () => {
    const copy = copyBy(mallory, 'again')
    slip(copy, copy)
    slip(copy, { ...copy, content: contentOf('another in its place') })
    expect(textsOf(victim)).toEqual(['again'])
    await gather('sender-keys')
    const log = mallory.rows.get(MEMBERSHIP_LOG, story.group)
    const epoch = fromBase64url(victim.rows.scan(RECEIVED, story.group)[0]?.key[1] ?? toBase64url(bytes())) as EpochId
    const place = { group: idOf(story.group), epoch, keyId: 1, iteration: 0, from: 0, heads: log === undefined ? [] : [...heads(log)] }
    slip({ kind: 'pairwiseMessage', ...place, content: contentOf('unsigned'), sightings: [] })
    expect(textsOf(victim)).toEqual([])
  })

  it('of one who was removed, or who never was in that group, is not shown', () => {
    const copy = copyBy(mallory, 'too late')
    let alone = ''
    story.ask(victim, { kind: 'openDirectChat', account: alice.account }, ({ group = '' }) => (alone = group))
    story.pass(SOON_MS)
    slip({ ...copy, group: idOf(alone), content: contentOf('among you') })
    slip({ ...copy, group: bytes<GroupId>(), content: contentOf('in none') })
    story.remove(victim, mallory)
    story.pass(SOON_MS)
    slip(copy)
    expect(textsOf(victim)).toEqual([])
    expect(victim.readHistory(`messages/${alone}`).filter(({ value }) => decode(messageRecord, value)?.body.kind === 'text')).toEqual([])
    story.say(alice, 'just us')
    story.pass(SOON_MS)
    expect(textsOf(victim)).toEqual(['just us'])
  })

  it('of the same content takes nothing from its author, whose own copy waits for an operation', () => {
    const theirs = copyBy(alice, 'her words', { heads: [bytes<OperationId>()] })
    // What Alice wrote came to Mallory first, who says it too: before and after it, and waiting like it or not.
    slip(copyBy(mallory, '', { content: theirs.content, heads: theirs.heads }))
    story.slip(alice, victim, [theirs])
    story.pass(SOON_MS)
    expect(waitingOf(alice)).toHaveLength(1)
    slip(copyBy(mallory, '', { content: theirs.content, iteration: copyBy(mallory, '').iteration + 1 }))
    expect(textsOf(victim)).toEqual(['her words'])
    expect(waitingOf(alice)).toHaveLength(1)
  })

  it('of epochs that nobody knows is remembered for a few keys only', () => {
    slip(...Array.from({ length: 2 * LIMITS.placesOfUnknownEpochs }, (_, i) => copyBy(mallory, `elsewhere ${i}`, { epoch: bytes<EpochId>() })))
    expect(placesOf(mallory).length).toBeLessThanOrEqual(LIMITS.placesOfUnknownEpochs + 1)
    story.say(alice, 'still here')
    story.pass(SOON_MS)
    expect(textsOf(victim)).toContain('still here')
  })

  it('far ahead leads to requests that end, and what is really said comes', () => {
    const { iteration } = copyBy(mallory, '')
    slip(
      copyBy(mallory, 'ahead', { iteration: 2 * LIMITS.rotateAfterMessages - 1 }),
      copyBy(mallory, 'beyond', { iteration: 2 * LIMITS.rotateAfterMessages }),
      copyBy(mallory, 'far', { iteration: 2 ** 16 - 1, from: 2 ** 16 - 1 }),
      copyBy(mallory, 'last key', { keyId: 2 ** 16 - 1, iteration: 0, content: contentOf('last key', { keyId: 2 ** 16 - 2, messages: 2 ** 16 - 1 }) }),
    )
    expect(textsOf(victim).toSorted()).toEqual(['ahead', 'last key'])
    expect(victim.rows.scan(KEY_REQUEST, story.group).length).toBeLessThanOrEqual(2)
    story.say(mallory, 'truly')
    story.say(alice, 'me too')
    story.pass(60 * 60_000)
    expect(textsOf(victim).filter((text) => ['truly', 'me too'].includes(text))).toEqual(['truly', 'me too'])
    expect(iteration).toBe(0)
    for (const { value } of victim.rows.scan(GAP, story.group)) expect(value.absent.length + value.gone.length + value.refused.length).toBeLessThanOrEqual(3)
  })
})

describe('sightings', () => {
  it('that lie accuse a member once, with the name of the one who says so, and nobody of what is not here', () => {
    for (let i = 0; i < LIMITS.sightingsTold; i++) story.say(alice, `a ${i}`)
    story.pass(SOON_MS)
    const [place] = placesOf(alice)
    const [epoch, keyId] = [fromBase64url(place?.key[1] ?? '') as EpochId, Number(place?.key[3])]
    const lies = (iteration: number): Copy => {
      const next = copyBy(mallory, `lie ${iteration}`)
      const lie = { device: alice.device, keyId, iteration, hash: story.random.bytes(LIMITS.sightingBytes) }
      const others = [
        { ...lie, device: victim.device },
        { ...lie, device: mallory.device },
        { ...lie, device: bytes<typeof lie.device>() },
        { ...lie, keyId: 77 },
      ]
      return { ...next, iteration: next.iteration + iteration, sightings: [lie, ...others] }
    }
    slip(...Array.from({ length: LIMITS.sightingsTold }, (_, i) => lies(i)))
    expect(accused(victim)).toEqual([{ about: alice.account, by: mallory.account }])
    slip({ ...lies(40), epoch: bytes<EpochId>() })
    expect(accused(victim)).toHaveLength(1)
    expect(epoch).toEqual(copyBy(mallory, '').epoch)
    for (const { value } of victim.rows.scan(SIGHTINGS, story.group)) expect(value.messages.length).toBeLessThanOrEqual(LIMITS.sightingsKept)
    expect(textsOf(victim).filter((text) => text.startsWith('a '))).toHaveLength(LIMITS.sightingsTold)
  })
})

describe('an introduction', () => {
  it('changes no title and no name but its own, which it may change a few times', () => {
    const introductions = Array.from({ length: 40 }, (_, i): ControlMessage => {
      const name = i % 2 === 0 ? 'Alice' : `Mallory ${i}`
      return { kind: 'introduction', group: idOf(story.group), heads: [bytes<OperationId>()], name, nameRevision: i + 2, title: `Title ${i}` }
    })
    slip(...introductions, { kind: 'introduction', group: bytes<GroupId>(), heads: [], name: 'Nobody', nameRevision: 1, title: 'Nothing' })
    const group = story.groupOf(victim)
    expect(group?.title).toBe('Desk')
    expect(group?.members.find(({ account }) => account === alice.account)).toMatchObject({ name: 'Alice', another: 0 })
    // One that took another's name is told apart by a number.
    const theirs = group?.members.find(({ account }) => account === mallory.account)
    expect(theirs?.name === 'Alice' ? theirs.another : 1).toBeGreaterThan(0)
    const renamed = victim.readHistory(`messages/${story.group}`).filter(({ value }) => decode(messageRecord, value)?.body.kind === 'renamed')
    expect(renamed.length).toBeLessThanOrEqual(LIMITS.renames)
    expect(victim.rows.scan(INTRODUCED, story.group).map(({ key }) => key[1])).toEqual(
      expect.arrayContaining([alice, mallory].map(({ device }) => toBase64url(device))),
    )
    expect(victim.rows.scan(INTRODUCED)).toHaveLength(2)
  })
})

describe('an answer that messages will not come', () => {
  it('is about its own, and only where something was missing', () => {
    story.say(alice, 'mine')
    story.pass(SOON_MS)
    const all = [{ from: 0, to: 2 ** 16 - 1 }]
    const { epoch } = copyBy(mallory, '')
    const answers = [epoch, bytes<EpochId>()].flatMap((each) =>
      Array.from({ length: 100 }, (_, keyId): ControlMessage => ({
        kind: 'pairwiseMissing',
        group: idOf(story.group),
        epoch: each,
        keyId,
        refused: all,
        gone: all,
      })),
    )
    slip(...answers)
    expect(victim.rows.scan(GAP, story.group).filter(({ key }) => key[2] !== toBase64url(mallory.device))).toEqual([])
    expect(victim.rows.scan(GAP, story.group).length).toBeLessThanOrEqual(1)
    story.say(alice, 'goes on')
    story.pass(SOON_MS)
    expect(textsOf(victim)).toEqual(['mine', 'goes on'])
    expect(story.groupOf(victim)?.unreadable).toEqual([])
  })
})

describe('an invite to talk alone', () => {
  /** What Mallory says: an invite of hers, with what differs. */
  function invites(count: number, inviter: Uint8Array, shared = story.group): readonly ControlMessage[] {
    const parsed = parseInvite(story.primitives, story.invite)
    if ('code' in parsed) throw new Error(parsed.code)
    const half = inviter.slice(0, parsed.inviter.length)
    return Array.from({ length: count }, () => {
      const invite = formatInvite(story.primitives, { ...parsed, group: bytes<GroupId>(), inviter: half as typeof parsed.inviter })
      if (invite === undefined) throw new RangeError('no invite')
      return { kind: 'directChat', group: idOf(shared), invite }
    })
  }
  const chats = () => victim.rows.scan(DIRECT_CHAT)

  it('that is another’s, of one who was removed, of none of our groups, or of a blocked person is none', () => {
    slip(...invites(1, accountOf(alice)))
    slip(...invites(1, accountOf(mallory), toBase64url(bytes())))
    slip({ kind: 'directChat', group: idOf(story.group), invite: 'https://nothing' })
    story.ask(victim, { kind: 'setBlocked', account: mallory.account, isBlocked: true })
    slip(...invites(1, accountOf(mallory)))
    story.ask(victim, { kind: 'setBlocked', account: mallory.account, isBlocked: false })
    story.remove(victim, mallory)
    story.pass(SOON_MS)
    slip(...invites(1, accountOf(mallory)))
    expect(chats()).toEqual([])
    expect(victim.rows.scan(JOIN)).toEqual([])
  })

  it('is one of a few, however many there are, and others can still begin one', () => {
    slip(...invites(2_000, accountOf(mallory)))
    expect(chats().length).toBeGreaterThan(0)
    expect(chats().length).toBeLessThanOrEqual(LIMITS.directChatsAwaited)
    expect(victim.rows.scan(JOIN)).toHaveLength(chats().length)
    let group = ''
    story.ask(alice, { kind: 'openDirectChat', account: victim.account }, (value) => (group = value.group ?? ''))
    story.ask(alice, { kind: 'send', group, text: 'between us' })
    story.pass(60_000)
    const texts = victim.readHistory(`messages/${group}`).flatMap(({ value }) => {
      const body = decode(messageRecord, value)?.body
      return body?.kind === 'text' ? [body.text] : []
    })
    expect(texts).toEqual(['between us'])
  })
})
