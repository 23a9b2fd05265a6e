/** Two devices that connect directly ask their relay, and nobody else, from which address they are seen; and not before they connect. */
import { afterEach, expect, it } from 'vitest'
import { startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})
const own = <T extends { readonly remove: () => Promise<void> }>(each: T): T => {
  running.push(each)
  return each
}

async function answeredBy(relay: RelayProcess): Promise<number> {
  const text = await (await fetch(`${relay.http()}/metrics`)).text()
  return Number(/^sotto_relay_stun_answered_total (\d+)/m.exec(text)?.[1] ?? Number.NaN)
}

/** Alice and Bob have a group at the relay, and then a direct connection. Returns how many questions it answered before and after. */
async function connected(extraArguments: readonly string[]): Promise<{ readonly before: number; readonly after: number }> {
  const relay = own(await startRelay({ extraArguments }))
  const alice = own(await startHeadlessProfile('Alice', { relays: relay.addresses() }))
  const bob = own(await startHeadlessProfile('Bob', { relays: relay.addresses() }))
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  const before = await answeredBy(relay)
  await bob.ask({ kind: 'join', invite })
  await bob.until('to be in', ({ groups }) => (groups[0]?.state === 'member' ? true : undefined))
  // Nobody is shown whether a member is connected before that one allows it.
  for (const each of [alice, bob]) {
    await each.ask({ kind: 'setPrivacy', what: 'presence', isOn: true })
    await each.ask({ kind: 'active' })
  }
  for (const each of [alice, bob]) {
    await each.until('direct', ({ groups }) => (groups[0]?.members.some(({ connection }) => connection === 'direct') === true ? true : undefined))
    expect(each.faults).toEqual([])
  }
  return { before, after: await answeredBy(relay) }
}

it('of a relay with a STUN server', async () => {
  const { before, after } = await connected([])
  expect(before).toBe(0)
  expect(after).toBeGreaterThan(0)
})

it('and of one without they ask nobody, and connect all the same where they have a way', async () => {
  expect(await connected(['--stun-port', 'none'])).toEqual({ before: 0, after: 0 })
})
