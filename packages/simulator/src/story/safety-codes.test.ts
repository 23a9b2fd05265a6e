/** Comparing by a picture: what one shows, and the other's device reads. */
import { SELF } from '@sotto/core/inside'
import { formatSafetyCode, parseSafetyCode } from '@sotto/crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { listWithDevice, notices, safetyOf, say, seenBy, threeMembers } from './people-support.ts'
import type { Person, Story } from './story.ts'

let story: Story
let alice: Person
let bob: Person
let carol: Person

beforeEach(async () => {
  ;({ story, alice, bob, carol } = await threeMembers())
})

/** What `by` shows on the page of `whom`. */
const shown = (by: Person, whom: Person): string => safetyOf(story, by, whom).code
const read = (by: Person, whom: Person, code: string): void => story.ask(by, { kind: 'compareSafetyCode', account: whom.account, code })

describe('a safety code', () => {
  it('that fits marks the account as verified, for the reader alone, and over a start', () => {
    read(alice, bob, shown(bob, alice))
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'verified' })
    expect(seenBy(story, bob, alice)).toMatchObject({ mark: 'none' })
    read(bob, alice, `Here it is:\n${shown(alice, bob)} – bye`)
    expect(seenBy(story, bob, alice)).toMatchObject({ mark: 'verified' })
    alice.stop()
    alice.start()
    story.pass(1_000)
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'verified' })
  })

  it('of another person, of oneself, and for another person marks nothing', () => {
    expect(() => read(alice, bob, shown(carol, alice))).toThrow('safetyCodeOfAnother')
    expect(() => read(alice, bob, shown(alice, bob))).toThrow('safetyCodeOwn')
    expect(() => read(alice, bob, shown(bob, carol))).toThrow('safetyCodeForAnother')
    for (const whom of [bob, carol]) expect(seenBy(story, alice, whom)).toMatchObject({ mark: 'none' })
  })

  it('from before the account had other devices marks nothing, and neither does one from where they are not known', () => {
    const before = shown(bob, alice)
    say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 1))
    // Alice knows the new list. Bob, whose key was used elsewhere, does not: what he shows now names the earlier one.
    for (const code of [before, shown(bob, alice)]) expect(() => read(alice, bob, code)).toThrow('safetyCodeOtherDevices')
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'none' })
  })

  it('from before the reader had other devices, as the other knows it, marks nothing', () => {
    say(story, { from: alice, by: carol, to: bob }, listWithDevice(story, alice, 1))
    expect(() => read(alice, bob, shown(bob, alice))).toThrow('safetyCodeOtherDevices')
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'none' })
  })

  it('marks no account whose lists contradict each other, and the mark of one that fits is lost with them', () => {
    const code = shown(bob, alice)
    read(alice, bob, code)
    say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 1))
    expect(notices(story, alice, 'markLost')).toEqual(['Bob'])
    say(story, { from: bob, by: carol, to: alice }, listWithDevice(story, bob, 2))
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'lost', isForked: true })
    for (const each of [code, shown(bob, alice)]) expect(() => read(alice, bob, each)).toThrow('devicesChanged')
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'lost', isForked: true })
  })

  it('that does not fit takes no mark away', () => {
    read(alice, bob, shown(bob, alice))
    expect(() => read(alice, bob, shown(carol, alice))).toThrow('safetyCodeOfAnother')
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'verified' })
  })

  it('with another letter, without a part, and any other text are said to be no code', () => {
    const code = shown(bob, alice)
    const texts = [
      '',
      ' ',
      'sotto-safety:',
      'sotto:abc',
      code.slice(0, -1),
      `${code}A`,
      code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      'x'.repeat(1 << 20),
    ]
    for (const text of texts) expect(() => read(alice, bob, text)).toThrow('safetyCodeUnreadable')
    expect(seenBy(story, alice, bob)).toMatchObject({ mark: 'none' })
  })

  it('holds public keys, a hash and nothing that only its owner knows', () => {
    const code = parseSafetyCode(story.primitives, shown(bob, alice))
    if ('code' in code) throw new TypeError(code.code)
    expect(Object.keys(code)).toEqual(['shownBy', 'shownTo', 'lists'])
    expect(code.shownBy).toEqual(bob.rows.get(SELF, 'self')?.account)
    // One that is made up of what anybody in the group knows is the same: it proves nothing but who shows it.
    expect(formatSafetyCode(story.primitives, code)).toBe(shown(bob, alice))
  })
})
