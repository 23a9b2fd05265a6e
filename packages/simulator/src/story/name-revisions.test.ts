/** What an account calls itself comes by several ways, and each may be overtaken: its latest name counts, whatever arrives last (PROTOCOL §3.52). */
import { type ControlMessage, NAME, OWN_KEY } from '@sotto/core/inside'
import type { MessageView } from '@sotto/core'
import { distributionOf } from '@sotto/crypto'
import { fromBase64url, type GroupId, LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 20_000
const DAY_MS = 24 * 3_600_000
/** Enough for what was lost to be asked for and sent again. */
const REPAIRED_MS = 2 * 3_600_000

async function three(newGroupCipher: 'sender-keys' | 'pairwise') {
  const story = await beginStory({ direct: false, machine: { newGroupCipher } })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  for (const each of [alice, bob, carol]) story.say(each, `I am ${each.name}`)
  story.pass(SOON_MS)
  return { story, alice, bob, carol }
}

function renameTo(story: Story, person: Person, name: string): void {
  story.ask(person, { kind: 'setName', name })
  story.pass(2_000)
}

const nameSeenBy = (story: Story, by: Person, whom: Person): string | undefined =>
  story.groupOf(by)?.members.find(({ account }) => account === whom.account)?.name

function renames(story: Story, person: Person): readonly string[] {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 200 }, ({ messages = [] }) => (shown = messages))
  return shown.flatMap(({ body, senderFormer }) => (body.kind === 'renamed' ? [`${senderFormer?.name ?? ''} → ${body.to}`] : []))
}

const CIPHERS = [
  { cipher: 'sender-keys', about: 'envelope' },
  { cipher: 'pairwise', about: 'letter' },
] as const

describe.each(CIPHERS)('in a group with the cipher $cipher', ({ cipher, about }) => {
  it('a name that was said before another and comes after it changes nothing', async () => {
    const { story, alice, bob, carol } = await three(cipher)
    const found = story.lose(relayed(about, alice, bob))
    renameTo(story, alice, 'Zoe')
    story.say(alice, 'lost with it')
    story.pass(2_000)
    found()
    renameTo(story, alice, 'Ann')
    expect([nameSeenBy(story, bob, alice), story.shows(bob, 'lost with it')]).toEqual(['Ann', false])
    expect(story.msUntil(() => story.shows(bob, 'lost with it'), REPAIRED_MS)).toBeLessThan(REPAIRED_MS)
    story.pass(SOON_MS)
    expect([bob, carol].map((each) => nameSeenBy(story, each, alice))).toEqual(['Ann', 'Ann'])
    expect(renames(story, bob)).toEqual(['Alice → Ann'])
    expect(renames(story, carol)).toEqual(['Alice → Zoe', 'Zoe → Ann'])
  })

  it('a name that was chosen while a clock was days ahead gives way to what is chosen after, in either order', async () => {
    const { story, alice, bob, carol } = await three(cipher)
    const found = story.lose(relayed(about, alice, bob))
    alice.skewMs = 3 * DAY_MS
    renameTo(story, alice, 'Zoe')
    story.say(alice, 'of the future')
    story.pass(2_000)
    found()
    alice.skewMs = 0
    renameTo(story, alice, 'Ann')
    expect(story.msUntil(() => story.shows(bob, 'of the future'), REPAIRED_MS)).toBeLessThan(REPAIRED_MS)
    story.pass(SOON_MS)
    for (const each of [bob, carol]) {
      expect(nameSeenBy(story, each, alice)).toBe('Ann')
      expect(renames(story, each).filter((line) => line.endsWith('→ Ann'))).toHaveLength(1)
    }
  })
})

const LETTERS = [
  { kind: 'distribution', cipher: 'sender-keys' },
  { kind: 'introduction', cipher: 'pairwise' },
  { kind: 'ownName', cipher: 'sender-keys' },
] as const

/** What a person’s device says of that person in a letter. */
function letter(
  story: Story,
  by: Person,
  kind: (typeof LETTERS)[number]['kind'],
  said: { readonly name: string; readonly nameRevision: number },
): ControlMessage {
  const group = fromBase64url(story.group) as GroupId
  if (kind === 'introduction') return { kind, group, heads: [], ...said, title: 'Desk' }
  if (kind === 'ownName') return { kind, group, ...said, asks: false }
  const own = by.rows.get(OWN_KEY, story.group)
  if (own === undefined) throw new RangeError('no key of its own')
  return { kind, group, epoch: own.epoch, distribution: distributionOf(own.key), ...said, title: 'Desk' }
}

describe.each(LETTERS)('a letter $kind', ({ kind, cipher }) => {
  it('that a rename overtook changes nothing, and one that overtakes the rename is the one line', async () => {
    const { story, alice, bob, carol } = await three(cipher)
    const before = letter(story, alice, kind, { name: 'Alice', nameRevision: 1 })
    story.slip(alice, carol, [letter(story, alice, kind, { name: 'Ann', nameRevision: 2 })])
    story.pass(SOON_MS)
    expect(nameSeenBy(story, carol, alice)).toBe('Ann')
    renameTo(story, alice, 'Ann')
    for (const each of [bob, carol]) {
      story.slip(alice, each, [before])
      story.pass(SOON_MS)
      expect([nameSeenBy(story, each, alice), renames(story, each)]).toEqual(['Ann', ['Alice → Ann']])
      each.stop()
      each.start()
      story.slip(alice, each, [before])
      story.pass(SOON_MS)
      expect(nameSeenBy(story, each, alice)).toBe('Ann')
    }
  })

  it('by a device itself says the revision of the name that it says', async () => {
    const story = await beginStory({ direct: false, machine: { newGroupCipher: cipher } })
    const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
    for (const name of ['Zoe', 'Ann']) renameTo(story, alice, name)
    story.gather(bob, alice)
    story.join(carol)
    story.say(alice, 'hello')
    story.pass(SOON_MS)
    if (kind === 'ownName') {
      carol.tamper((transaction) => transaction.delete(NAME, alice.account))
      story.slip(carol, alice, [{ ...letter(story, carol, kind, { name: 'Carol', nameRevision: 1 }), asks: true } as ControlMessage])
      story.pass(SOON_MS)
    }
    for (const each of kind === 'ownName' ? [carol] : [bob, carol])
      expect(each.rows.get(NAME, alice.account)).toMatchObject({ name: 'Ann', revision: 3, isHearsay: false })
  })
})

it('a name that comes back is later than the one between', async () => {
  const { story, alice, bob } = await three('sender-keys')
  const found = story.lose(relayed('envelope', alice, bob))
  renameTo(story, alice, 'Ann')
  found()
  renameTo(story, alice, 'Alice')
  story.slip(alice, bob, [letter(story, alice, 'ownName', { name: 'Ann', nameRevision: 2 })])
  story.pass(REPAIRED_MS)
  expect([nameSeenBy(story, bob, alice), renames(story, bob)]).toEqual(['Alice', []])
})

it('of two names of one revision all take the same one, in whatever order they come, also of the highest', async () => {
  const { story, alice, bob, carol } = await three('sender-keys')
  for (const nameRevision of [7, 0xffff]) {
    const [zoe, ann] = ['Zoe', 'Ann'].map((name) => letter(story, alice, 'ownName', { name: `${name} ${nameRevision}`, nameRevision })) as [
      ControlMessage,
      ControlMessage,
    ]
    for (const [reader, ...order] of [[bob, zoe, ann] as const, [carol, ann, zoe] as const]) {
      for (const said of order) {
        story.slip(alice, reader, [said])
        story.pass(SOON_MS)
      }
    }
    expect([bob, carol].map((each) => nameSeenBy(story, each, alice))).toEqual([`Zoe ${nameRevision}`, `Zoe ${nameRevision}`])
  }
})

it('what another calls an account replaces nothing that it said itself', async () => {
  const { story, alice, bob, carol } = await three('sender-keys')
  renameTo(story, alice, 'Ann')
  story.ask(carol, { kind: 'createGroup', title: 'Night desk' }, ({ group = '' }) => (story.group = group))
  story.ask(carol, { kind: 'createInvite', group: story.group }, ({ invite = '' }) => (story.invite = invite))
  story.join(alice)
  story.pass(SOON_MS)
  carol.tamper((transaction) => {
    for (const { key, value } of transaction.scan(NAME)) transaction.put(NAME, key, { ...value, name: 'Nobody', revision: 9 })
  })
  alice.stop()
  story.join(bob)
  story.pass(SOON_MS)
  expect([nameSeenBy(story, bob, alice), renames(story, bob)]).toEqual(['Ann', []])
  const dave = story.enter('Dave')
  story.join(dave)
  expect(nameSeenBy(story, dave, alice)).toBe('Nobody')
  alice.start()
  story.say(alice, 'I am Ann')
  story.pass(60_000)
  expect([nameSeenBy(story, dave, alice), renames(story, dave)]).toEqual(['Ann', []])
})

it('a rename beyond those of a day is taken once it is said again later, and the older ones between are not', async () => {
  const { story, alice, bob, carol } = await three('sender-keys')
  for (let i = 1; i <= LIMITS.renames + 2; i++) renameTo(story, alice, `Alice ${i}`)
  expect(nameSeenBy(story, bob, alice)).toBe(`Alice ${LIMITS.renames}`)
  story.pass(LIMITS.renamesWithinMs)
  // A removal rotates every key, and the name travels with the key.
  story.remove(alice, carol)
  story.say(alice, 'with another key')
  story.pass(SOON_MS)
  expect(nameSeenBy(story, bob, alice)).toBe(`Alice ${LIMITS.renames + 2}`)
  expect(renames(story, bob)).toHaveLength(LIMITS.renames + 1)
})
