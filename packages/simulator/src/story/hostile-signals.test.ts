/** What a member, a former member or a relay gains by signals that are forged, replayed, back-dated, too many or of another epoch: nothing (PROTOCOL §7). */
import { EPOCH_KEYS, READ_BY, SELF, TOPIC, WHEREABOUTS } from '@sotto/core/inside'
import { sealSignal, SIGNAL_VERSION } from '@sotto/crypto'
import {
  decode,
  type EpochId,
  fromBase64url,
  LIMITS,
  type MailboxAnswer,
  mailboxAnswer,
  type ReadMark,
  signal,
  type SignalBody,
  signalSigningInput,
  toBase64url,
} from '@sotto/wire'
import { encode } from '@sotto/wire'
import { beforeEach, describe, expect, it } from 'vitest'
import { overShares } from '../shares/table-shares.ts'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000

let story: Story
let alice: Person
let mallory: Person
let victim: Person
let verifications: number

beforeEach(async () => {
  story = await beginStory({ direct: false })
  ;[victim, alice, mallory] = [story.enter('Victim'), story.enter('Alice'), story.enter('Mallory')]
  story.gather(victim, alice, mallory)
  story.ask(victim, { kind: 'setPrivacy', what: 'presence', isOn: true })
  verifications = 0
  const { ed25519 } = story.primitives
  const { verify } = ed25519
  Object.assign(ed25519, {
    verify: (...these: Parameters<typeof verify>) => {
      verifications++
      return verify(...these)
    },
  })
})

/** The epoch that a person is in now. */
const epochOf = (person: Person): string => [...person.rows.scan(TOPIC)].find(({ value }) => value.group === story.group)?.value.epoch ?? ''

interface Lie {
  /** Whose key seals it; the victim's present epoch by default. */
  readonly epoch?: string
  readonly named?: string
  readonly signedBy?: Person
  readonly atMs?: number
}

const provider = () => ({ primitives: story.primitives, random: story.random.bytes })

/** A sealed signal that says to be of `who`. */
function sealed(who: Person, body: SignalBody, { epoch = epochOf(victim), named = epoch, signedBy = who, atMs = story.nowMs }: Lie = {}): Uint8Array {
  const keys = [victim, alice, mallory].flatMap((each) => each.rows.get(EPOCH_KEYS, story.group, epoch) ?? [])[0]
  const seed = signedBy.rows.get(SELF, 'self')?.deviceSeed
  if (keys === undefined || seed === undefined) throw new Error('no keys')
  const { ed25519 } = story.primitives
  const said = { epoch: fromBase64url(named) as EpochId, device: who.device, atMs, body }
  const signature = ed25519.sign(signalSigningInput(said), ed25519.keyPairFromSeed(seed))
  return sealSignal(provider(), keys.signalsKey, encode(signal, { said, signature }))
}

/** It comes to the victim by gossip, in the topic of an epoch. */
function hears(data: Uint8Array, epoch = epochOf(victim)): void {
  const topic = victim.rows.scan(TOPIC).find(({ value }) => value.epoch === epoch)?.key[0]
  if (topic !== undefined) victim.deliver({ kind: 'gossipReceived', topic, data })
  story.pass(10)
}

const typists = (): readonly string[] => (story.groupOf(victim)?.typing ?? []).map(({ name }) => name)
const presenceOf = (person: Person) => story.groupOf(victim)?.members.find(({ account }) => account === person.account)?.presence ?? null
const upTo = (person: Person): string => victim.rows.get(READ_BY, story.group, person.account)?.order ?? ''
const TYPES: SignalBody = { kind: 'typing', isTyping: true }
const HERE: SignalBody = { kind: 'presence', state: 'here' }

describe('a signal', () => {
  it('is a device’s own word: another’s signature, another epoch’s name and one’s own name are nothing', () => {
    for (const body of [TYPES, HERE]) {
      hears(sealed(alice, body, { signedBy: mallory }))
      hears(sealed(alice, body, { named: toBase64url(new Uint8Array(32)) }))
      hears(sealed(victim, body))
      hears(sealed(alice, body).map((byte, i) => (i === 60 ? byte ^ 1 : byte)))
    }
    expect([typists(), presenceOf(alice)]).toEqual([[], null])
    hears(sealed(alice, TYPES))
    hears(sealed(alice, HERE))
    expect([typists(), presenceOf(alice)]).toEqual([['Alice'], 'here'])
  })

  it('that was said before the last one counts no more, nor what was recorded, also after a start', () => {
    const [typed, here] = [sealed(alice, TYPES), sealed(alice, HERE)]
    hears(typed)
    hears(here)
    story.pass(1_000)
    hears(sealed(alice, { kind: 'typing', isTyping: false }))
    hears(sealed(alice, { kind: 'presence', state: 'hidden' }))
    for (const each of [typed, here]) hears(each)
    expect([typists(), presenceOf(alice)]).toEqual([[], null])
    story.pass(LIMITS.signalFreshMs + 1_000)
    victim.stop()
    victim.start()
    story.pass(SOON_MS)
    for (const each of [typed, here]) hears(each)
    hears(sealed(alice, TYPES, { atMs: story.nowMs + LIMITS.signalFreshMs + 10_000 }))
    expect([typists(), presenceOf(alice)]).toEqual([[], null])
    hears(sealed(alice, TYPES))
    expect(typists()).toEqual(['Alice'])
  })

  it('of a removed member or of an ended epoch is nothing', () => {
    const ended = epochOf(victim)
    const before = [sealed(mallory, TYPES), sealed(mallory, HERE), sealed(alice, TYPES), sealed(alice, HERE)]
    hears(sealed(mallory, HERE))
    story.remove(victim, mallory)
    story.pass(SOON_MS)
    expect([presenceOf(mallory), epochOf(victim) === ended]).toEqual([null, false])
    for (const each of before) for (const topic of [ended, epochOf(victim)]) hears(each, topic)
    for (const body of [TYPES, HERE]) {
      for (const who of [mallory, alice]) for (const topic of [ended, epochOf(victim)]) hears(sealed(who, body, { epoch: ended }), topic)
      // It learned the new epoch's keys from an accomplice.
      hears(sealed(mallory, body))
    }
    expect([typists(), presenceOf(mallory), presenceOf(alice)]).toEqual([[], null, null])
    expect(overShares(victim.state)).toEqual([])
  })

  it('costs little where a member floods the group, and those of others come through soon after', () => {
    story.pass(SOON_MS)
    verifications = 0
    const topic = victim.rows.scan(TOPIC)[0]?.key[0] ?? ''
    const flood = Array.from({ length: 3_000 }, (_, i) => sealed(mallory, i % 2 === 0 ? TYPES : HERE, { atMs: story.nowMs + i }))
    for (const data of flood) victim.deliver({ kind: 'gossipReceived', topic, data })
    for (const data of flood) victim.deliver({ kind: 'gossipReceived', topic, data })
    // They are taken in over some seconds, and some of each second are looked at.
    story.pass(10_000)
    expect(verifications).toBeLessThanOrEqual(LIMITS.signalsHeard + 10_000 / LIMITS.signalHeardMs)
    expect(overShares(victim.state)).toEqual([])
    story.pass(LIMITS.typingShownMs)
    hears(sealed(alice, TYPES))
    expect(typists()).toContain('Alice')
    // Announcements are not among what is counted.
    const peer = victim.rows.get(WHEREABOUTS, toBase64url(alice.device))?.peer
    for (const data of flood) victim.deliver({ kind: 'gossipReceived', topic, data })
    hears(sealed(alice, { kind: 'announcement', peer: 'later', addresses: [] }))
    story.pass(10_000)
    expect([peer === 'later', victim.rows.get(WHEREABOUTS, toBase64url(alice.device))?.peer]).toEqual([false, 'later'])
  })
})

describe('what a member says to have read', () => {
  const own = (): Uint8Array => victim.device.slice(0, LIMITS.messageTagBytes)
  const mark = (what: Partial<ReadMark>): SignalBody => ({
    kind: 'read',
    marks: [{ author: own(), message: new Uint8Array(LIMITS.messageTagBytes), timeMs: 2 ** 47, counter: 9, readMs: 2 ** 47, ...what }],
  })
  const idOf = (at: Person, text: string): Uint8Array => {
    const found = at.readHistory(`messages/${story.group}`).find(({ value }) => Buffer.from(value).includes(text))
    return (fromBase64url(found?.id ?? '') ?? new Uint8Array()).slice(0, LIMITS.messageTagBytes)
  }

  it('names an own message that is here, or nothing: not another’s, not one that is not, and no place beyond', () => {
    story.say(victim, 'mine')
    story.say(alice, 'hers')
    story.pass(SOON_MS)
    hears(sealed(mallory, mark({})))
    hears(sealed(mallory, mark({ message: idOf(victim, 'hers') })))
    hears(sealed(mallory, mark({ author: alice.device.slice(0, 6), message: idOf(victim, 'mine') })))
    expect(upTo(mallory)).toBe('')
    hears(sealed(mallory, mark({ message: idOf(victim, 'mine') })))
    expect(upTo(mallory) > '').toBe(true)
    expect(victim.rows.get(READ_BY, story.group, mallory.account)?.readMs).toBeLessThanOrEqual(story.nowMs)
  })

  it('only grows, and costs no verification where it says nothing new', () => {
    story.say(victim, 'one')
    story.say(victim, 'two')
    story.pass(SOON_MS)
    const [one, two] = [mark({ message: idOf(victim, 'one') }), mark({ message: idOf(victim, 'two') })]
    hears(sealed(alice, two))
    const before = upTo(alice)
    expect(before > '').toBe(true)
    verifications = 0
    for (let i = 0; i < 50; i++) hears(sealed(alice, i % 2 === 0 ? one : two))
    expect([upTo(alice) === before, verifications]).toEqual([true, 0])
  })

  it('of messages whose places are no longer remembered is believed of what is older only', () => {
    story.say(victim, 'long ago')
    story.pass(SOON_MS)
    const message = idOf(victim, 'long ago')
    for (let i = 0; i < LIMITS.placedMessages + 10; i++) story.say(i % 2 === 0 ? victim : alice, `line ${i}`)
    story.pass(120_000)
    hears(sealed(alice, mark({ message })))
    expect(upTo(alice)).toBe('')
    hears(sealed(alice, mark({ message, timeMs: 1_800_000_000_000, counter: 0 })))
    expect(upTo(alice) > '').toBe(true)
    expect(upTo(alice) < '0' + (1_800_000_000_001).toString(36).padStart(9, '0')).toBe(true)
  })
})

it('no relay keeps a signal: who comes later hears none', () => {
  // Whatever a relay hands out, also what a story knows no origin of.
  const answers: MailboxAnswer[] = []
  const { deliver } = victim
  Object.assign(victim, {
    deliver: (event: Parameters<typeof deliver>[0]) => {
      const answer = event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
      if (answer !== undefined) answers.push(answer)
      deliver.call(victim, event)
    },
  })
  const stored = () =>
    answers.flatMap((answer) => (answer.kind === 'pushed' ? [answer] : answer.kind === 'records' ? answer.records : [])).map(({ body }) => body[0])
  const types = (): void => story.ask(alice, { kind: 'typing', group: story.group, isTyping: true })
  types()
  story.pass(1_000)
  expect(answers.map(({ kind }) => kind)).toContain('signalled')
  victim.stop()
  story.pass(LIMITS.typingShownMs)
  types()
  story.pass(100)
  story.say(alice, 'meanwhile')
  story.pass(1_000)
  victim.start()
  story.pass(LIMITS.typingShownMs + SOON_MS)
  expect([stored().length > 0, stored().includes(SIGNAL_VERSION)]).toEqual([true, false])
})
