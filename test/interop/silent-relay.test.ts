/** One of a group's two relays hangs: its sockets stay open and nothing answers. Nobody waits for it. */
import { afterEach, expect, it } from 'vitest'
import { startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

const own = <T extends { readonly remove: () => Promise<void> }>(each: T): T => {
  running.push(each)
  return each
}

/** Failover is to take under 5 s (PROTOCOL §8.7); a busy machine adds to it. Pings find a relay that hangs after 13 s only. */
const SOON_MS = 8_000
const STORY_MS = 120_000

it.for([0, 1])('relay %i: messages, and the first one under a key, arrive as if it were not there', { timeout: STORY_MS }, async (hung) => {
  const relays = [own(await startRelay({ name: 'first' })), own(await startRelay({ name: 'second' }))]
  const alice = own(await startHeadlessProfile('Alice', { relays: relays.map((relay) => relay.addresses()[0] ?? '') }))
  const bob = own(await startHeadlessProfile('Bob', { relays: [] }))
  await alice.until('both relays', (view) => (view.relays.filter(({ state }) => state === 'connected').length === 2 ? true : undefined))
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await bob.ask({ kind: 'join', invite })
  await bob.until('to be in', ({ groups }) => (groups.find((each) => each.id === group)?.state === 'member' ? true : undefined))
  for (const each of [alice, bob]) await each.ask({ kind: 'send', group, text: `${each.name} is here` })
  for (const each of [alice, bob]) await each.untilTexts(group, ['Alice is here', 'Bob is here'])

  const pid = relays[hung]?.pid() ?? 0
  process.kill(pid, 'SIGSTOP')
  try {
    await bob.ask({ kind: 'send', group, text: 'while it hangs' })
    await alice.untilTexts(group, ['while it hangs'], SOON_MS)
    // Its sender key is new, and goes in a letter.
    await alice.stop()
    await bob.ask({ kind: 'send', group, text: 'to who is away' })
    await waitUntil('it is sent', async () => (await bob.messages(group)).at(-1)?.state === 'sent', SOON_MS)
    await alice.start()
    await alice.ask({ kind: 'send', group, text: 'under a key of its own' })
    await bob.untilTexts(group, ['under a key of its own'], SOON_MS)
    await alice.untilTexts(group, ['to who is away'], SOON_MS)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  for (const each of [alice, bob]) expect(each.faults).toEqual([])
})
