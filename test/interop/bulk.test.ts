/** Far more is written at once than any member takes in, over the real relay: it keeps flowing, and the key goes first. */
import { afterEach, expect, it } from 'vitest'
import { LIMITS } from '@sotto/wire'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

const MESSAGES = 1_500
/** For all of them at the relay's pace, and as much again for a busy machine. */
const PATIENCE_MS = 2 * (MESSAGES / LIMITS.appendsPerSecond) * 1_000

const closedTo = (peer: HeadlessProfile, group: string): number => peer.group(group)?.unreadable.reduce((sum, { count }) => sum + count, 0) ?? 0

it('fifteen hundred messages written at once arrive in order, and never many of them are unreadable', { timeout: PATIENCE_MS + 60_000 }, async () => {
  const relay = await startRelay()
  running.push(relay)
  const peer = async (name: string): Promise<HeadlessProfile> => {
    const started = await startHeadlessProfile(name, { relays: relay.addresses() })
    running.push(started)
    return started
  }
  const [alice, bob] = [await peer('Alice'), await peer('Bob')]
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await bob.ask({ kind: 'join', invite })
  await bob.until('joined', ({ groups }) => (groups.find((each) => each.id === group)?.state === 'member' ? true : undefined))
  // Nobody is shown whether a member is connected before that one allows it.
  for (const each of [alice, bob]) {
    await each.ask({ kind: 'setPrivacy', what: 'presence', isOn: true })
    await each.ask({ kind: 'active' })
  }
  // By gossip envelopes arrive long before a relay would have taken them, and the keys have to arrive as soon.
  await alice.until('direct', ({ groups }) => (groups[0]?.members.some(({ connection }) => connection === 'direct') === true ? true : undefined))
  const lines = Array.from({ length: MESSAGES }, (_, i) => `line ${i}`)
  const written = Promise.all(lines.map((text) => alice.ask({ kind: 'send', group, text })))
  // Checked whenever Bob's view changes: it would have shown a thousand unreadable ones before the keys behind them came.
  let mostClosed = 0
  await bob.until(
    'everything',
    ({ groups }) => {
      mostClosed = Math.max(mostClosed, closedTo(bob, group))
      return (groups.find((each) => each.id === group)?.unread ?? 0) >= MESSAGES ? true : undefined
    },
    PATIENCE_MS,
  )
  await written
  expect(await bob.texts(group)).toEqual(lines)
  expect(mostClosed).toBeLessThanOrEqual(LIMITS.unconfirmedMessages)
  for (const each of [alice, bob]) expect(each.faults).toEqual([])
})
