/** A relay that is not open to everybody: its token goes wherever its address goes, and a device that is turned away loses nothing (PROTOCOL §8.80). */
import { RELAY_ADMISSION } from '@sotto/core/inside'
import { parseInvite } from '@sotto/crypto'
import { createNoblePrimitives } from '@sotto/crypto/primitives'
import { admissionDay, makeAdmissionToken } from '@sotto/mailbox'
import { type AdmissionToken, LIMITS, splitAdmission, withAdmission } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000
const DAY_MS = 86_400_000
const KEY = new Uint8Array(32).fill(7)
/** The worlds of stories begin here. */
const START_MS = 1_800_000_000_000

const tokenFor = (days: number): AdmissionToken =>
  makeAdmissionToken(createNoblePrimitives(), KEY, { number: 7, devices: 20, expiresDay: admissionDay(START_MS) + days })

const inviteOnly = () => beginStory({ direct: false, admission: { key: KEY, revoked: new Set() } })
const stateOf = (person: Person): readonly string[] => person.view().relays.map(({ state }) => state)

async function gathered(days: number): Promise<{ readonly story: Story; readonly alice: Person; readonly bob: Person }> {
  const story = await inviteOnly()
  const [alice, bob] = [story.enter('Alice', { token: tokenFor(days) }), story.enter('Bob', { relays: [] })]
  story.gather(alice, bob)
  return { story, alice, bob }
}

it('a founder with an invite to the relay makes a group there, and members get in by the group’s invite alone', async () => {
  const { story, alice, bob } = await gathered(30)
  story.say(alice, 'hello')
  story.say(bob, 'hello to you')
  expect(story.msUntil(() => story.shows(bob, 'hello') && story.shows(alice, 'hello to you'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(stateOf(bob)).toEqual(['connected'])
})

it('a device without one is told so, leaves nothing there and keeps what it wrote until it has one', async () => {
  const story = await inviteOnly()
  const alice = story.enter('Alice')
  story.pass(1_000)
  expect(stateOf(alice)).toEqual(['notAdmitted'])
  story.ask(alice, { kind: 'createGroup', title: 'Desk' }, ({ group }) => (story.group = group ?? ''))
  story.say(alice, 'is anybody there?')
  story.pass(60_000)
  expect(stateOf(alice)).toEqual(['notAdmitted'])
  expect(story.messages(alice)).toMatchObject([{ state: 'sending' }])
  story.ask(alice, { kind: 'addRelay', address: withAdmission(story.relay(0), tokenFor(30)) })
  // Also by the address without a token, at which its group is.
  expect(story.msUntil(() => stateOf(alice).every((state) => state === 'connected') && story.messages(alice)[0]?.state === 'sent', SOON_MS)).toBeLessThan(
    SOON_MS,
  )
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
  story.join(story.enter('Bob', { relays: [] }))
})

it('members go on after the relay’s invite is over, over their restarts, and let others in', async () => {
  const { story, alice, bob } = await gathered(2)
  story.pass(3 * DAY_MS)
  for (const each of [alice, bob]) {
    each.stop()
    each.start()
  }
  story.say(alice, 'still here')
  expect(story.msUntil(() => story.shows(bob, 'still here'), SOON_MS)).toBeLessThan(SOON_MS)
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
  const carol = story.enter('Carol', { relays: [] })
  story.join(carol)
  story.say(carol, 'me too')
  expect(story.msUntil(() => story.shows(bob, 'me too'), SOON_MS)).toBeLessThan(SOON_MS)
  // By the relay's own invite nobody comes in any more.
  const late = story.enter('Late', { token: tokenFor(2) })
  story.pass(1_000)
  expect(stateOf(late)).toEqual(['notAdmitted'])
})

it('an invite to a group carries the relay’s own token while that lasts, so that the address stays one', async () => {
  const { story, alice } = await gathered(33)
  expect(parseInvite(story.primitives, story.invite)).toMatchObject({ relays: [withAdmission(story.relay(0), tokenFor(33))] })
  story.pass(5 * DAY_MS)
  let later = ''
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (later = invite ?? ''))
  const parsed = parseInvite(story.primitives, later)
  if ('code' in parsed) throw new Error(parsed.code)
  const { address, token } = splitAdmission(parsed.relays[0] ?? '')
  expect(address).toBe(story.relay(0))
  expect(token?.expiresDay).toBeGreaterThanOrEqual(admissionDay(story.nowMs) + LIMITS.admissionRenewedDays - 5)
})

it('a group moves to a relay that is not open to everybody as to any other', async () => {
  const story = await beginStory({ direct: false, relays: 2, admission: { key: KEY, revoked: new Set() } })
  const [alice, bob] = [story.enter('Alice', { token: tokenFor(30), relays: [0] }), story.enter('Bob', { relays: [] })]
  story.gather(alice, bob)
  const next = withAdmission(story.relay(1), tokenFor(30))
  story.ask(alice, { kind: 'setRelays', group: story.group, relays: [next] })
  const isThere = (person: Person): boolean => story.groupOf(person)?.relays.some(({ address, state }) => address === next && state === 'connected') === true
  expect(story.msUntil(() => isThere(alice) && isThere(bob), SOON_MS)).toBeLessThan(SOON_MS)
  story.say(bob, 'moved')
  expect(story.msUntil(() => story.shows(alice, 'moved'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('what a relay gave is forgotten with the relay', async () => {
  const story = await inviteOnly()
  const address = withAdmission(story.relay(0), tokenFor(30))
  const alice = story.enter('Alice', { token: tokenFor(30) })
  story.pass(1_000)
  expect(alice.rows.scan(RELAY_ADMISSION)).toHaveLength(1)
  story.ask(alice, { kind: 'removeRelay', address })
  expect(alice.rows.scan(RELAY_ADMISSION)).toHaveLength(0)
})
