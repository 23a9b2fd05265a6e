/** A relay that works with one of its clients, and what that client opens of all that it is shown. */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { decode, mailboxAnswer, toBase64url } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { noCounts } from '../counts.ts'
import { checkShown } from '../entitlement.ts'
import { Ledger } from '../ledger.ts'
import { seededRandom } from '../seeded-random.ts'
import { type Person, Story } from '../story/story.ts'
import { Collusion } from './collusion.ts'
import { Reader } from './reader.ts'

const primitives = await loadSodiumPrimitives()

const bodiesOf = (deliveries: ReturnType<Collusion['pushed']>['before']): readonly (string | undefined)[] =>
  deliveries.map((each) => {
    const answer = each.kind === 'frame' ? decode(mailboxAnswer, each.frame) : undefined
    return answer?.kind === 'pushed' ? `${each.connection} ${answer.handle} ${answer.cursor} ${answer.body[0]}` : undefined
  })

it('shows its client what it hands to others, and passes the client’s records into their mailboxes', () => {
  const collusion = new Collusion('Mallory', { ...seededRandom(1), chance: () => true })
  collusion.opened(7, 'Mallory', 3)
  collusion.appended('Mallory', Uint8Array.of(66))
  collusion.appended('Alice', Uint8Array.of(77))
  const { before, after } = collusion.pushed(5, 'Bob', { kind: 'pushed', handle: 1, cursor: 20, capability: null, body: Uint8Array.of(77) })
  expect([bodiesOf(before), bodiesOf(after)]).toEqual([['5 1 19 66'], ['7 3 20 77']])
  expect(collusion.shown.map(([first]) => first)).toEqual([77, 77])
  expect(collusion.pushed(7, 'Mallory', { kind: 'pushed', handle: 3, cursor: 21, capability: null, body: Uint8Array.of(78) })).toEqual({
    before: [],
    after: [],
  })
})

describe('what a client opens of it', () => {
  /** Alice and Bob write while Mallory is a member, and after it was removed. */
  function removal() {
    const story = new Story(primitives, { direct: false })
    const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
    const violations: string[] = []
    const ledger = new Ledger((what) => void violations.push(what), noCounts())
    story.gather(alice, bob, mallory)
    story.network.relays[0]?.lie('collude', 'Mallory')
    const reader = new Reader(story.primitives)
    const learn = (from: Person): void => reader.learn(from.rows, story.group)
    // A key is kept behind the message that it came with.
    story.say(alice, 'first')
    story.pass(10_000)
    learn(mallory)
    story.say(alice, 'before')
    story.pass(10_000)
    story.remove(alice, mallory)
    story.pass(20_000)
    story.say(alice, 'after')
    story.say(bob, 'after too')
    story.pass(10_000)
    const records = (): readonly Uint8Array[] => story.network.relays[0]?.collusions[0]?.shown ?? []
    const check = (): number =>
      checkShown({ ledger, primitives: story.primitives }, { to: mallory, reader, records: records() }, (what) => void violations.push(what))
    return { story, alice, bob, ledger, learn, check, violations }
  }

  it('is what was sealed for it, and nothing later', () => {
    const { check, violations } = removal()
    expect(check()).toBe(1)
    expect(violations).toEqual([])
  })

  it('is more with the keys of a member that stayed, which breaks I25', () => {
    const { story, alice, bob, ledger, learn, check, violations } = removal()
    learn(bob)
    story.say(alice, 'later still')
    story.pass(10_000)
    const { envelope, timeMs } = story.messages(alice).at(-1) ?? { envelope: new Uint8Array(), timeMs: 0 }
    ledger.sealed.set(toBase64url(envelope), {
      text: 'later still',
      beside: null,
      saidWith: null,
      change: null,
      id: '',
      author: alice,
      timeMs,
      epoch: '',
      keyId: 0,
      iteration: 0,
      recipients: new Set([toBase64url(bob.device)]),
      frontier: [],
      shownAsSent: true,
      excused: new Set(),
    })
    expect(check()).toBeGreaterThan(1)
    expect(violations).toEqual(['I25: a relay shows Mallory “later still”, which it opens and which was not sealed for it'])
  })
})
