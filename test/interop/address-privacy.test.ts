/** Members of a group that keeps addresses private: no direct connection and no question to a STUN server, until an admin allows them. */
import { afterEach, expect, it } from 'vitest'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})
const own = <T extends { readonly remove: () => Promise<void> }>(each: T): T => {
  running.push(each)
  return each
}

const STORY_MS = 120_000
/** Members that may connect directly do so within two seconds. */
const LONG_ENOUGH_MS = 8_000

async function stunAnswers(relay: RelayProcess): Promise<number> {
  const text = await (await fetch(`${relay.http()}/metrics`)).text()
  return Number(/^sotto_relay_stun_answered_total (\d+)/m.exec(text)?.[1] ?? Number.NaN)
}

const reaches = (each: HeadlessProfile): readonly (string | null)[] => each.view().groups[0]?.members.map(({ connection }) => connection) ?? []

const untilReached = (each: HeadlessProfile, how: 'direct' | 'relay'): Promise<true> => each.until(how, () => (reaches(each).includes(how) ? true : undefined))

it('they talk through the relay alone, and directly once it is allowed', { timeout: STORY_MS }, async () => {
  const relay = own(await startRelay())
  const alice = own(await startHeadlessProfile('Alice', { relays: relay.addresses() }))
  const bob = own(await startHeadlessProfile('Bob', { relays: relay.addresses() }))
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Quiet' })
  await alice.ask({ kind: 'setAddressPrivacy', group, isOn: true })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await bob.ask({ kind: 'join', invite })
  await bob.until('to be in', ({ groups }) => (groups[0]?.state === 'member' && groups[0].isAddressPrivate ? true : undefined))
  expect(await bob.refusal({ kind: 'setAddressPrivacy', group, isOn: false })).toBe('notAllowed')
  // Nobody is shown how a member is connected before that one allows it.
  for (const each of [alice, bob]) {
    await each.ask({ kind: 'setPrivacy', what: 'presence', isOn: true })
    await each.ask({ kind: 'active' })
  }
  for (const each of [alice, bob]) await untilReached(each, 'relay')
  await bob.ask({ kind: 'send', group, text: 'by the relay' })
  await alice.untilTexts(group, ['by the relay'])
  await new Promise((resolve) => setTimeout(resolve, LONG_ENOUGH_MS))
  for (const each of [alice, bob]) expect(reaches(each)).not.toContain('direct')
  expect(await stunAnswers(relay)).toBe(0)

  await alice.ask({ kind: 'setAddressPrivacy', group, isOn: false })
  for (const each of [alice, bob]) await untilReached(each, 'direct')
  expect(await stunAnswers(relay)).toBeGreaterThan(0)

  // And back: the direct connection that there is ends.
  await alice.ask({ kind: 'setAddressPrivacy', group, isOn: true })
  for (const each of [alice, bob]) await untilReached(each, 'relay')
  await bob.ask({ kind: 'send', group, text: 'by the relay again' })
  await alice.untilTexts(group, ['by the relay again'])
  expect([alice, bob].flatMap(({ faults }) => faults)).toEqual([])
})
