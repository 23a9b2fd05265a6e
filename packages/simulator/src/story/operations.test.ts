/** An operation that a relay lost arrives all the same (PROTOCOL §6, §7). */
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 10_000

const isAdminFor = (story: Story, person: Person, whom: Person): boolean =>
  story.groupOf(person)?.members.find(({ account }) => account === whom.account)?.role === 'admin'

it('an isolated member asks some member now and then, and learns what no relay delivered', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const found = story.lose(relayed('operation', alice, carol))
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(SOON_MS)
  found()
  expect([isAdminFor(story, bob, bob), isAdminFor(story, carol, bob)]).toEqual([true, false])
  const withinMs = 3 * 60_000
  expect(story.msUntil(() => isAdminFor(story, carol, bob), withinMs)).toBeLessThan(withinMs)
})

it('an operation that the old epoch’s mailbox lost is in the new one’s', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(SOON_MS)
  const found = [bob, carol].map((each) => story.lose(relayed('operation', alice, each)))
  story.ask(alice, { kind: 'setRole', group: story.group, account: carol.account, role: 'admin' })
  story.pass(1_000)
  for (const each of found) each()
  expect(isAdminFor(story, bob, carol)).toBe(false)
  // Bob does not have it in the past of the operation that begins the epoch.
  story.remove(bob, dave)
  expect(story.msUntil(() => isAdminFor(story, bob, carol) && isAdminFor(story, carol, carol), SOON_MS)).toBeLessThan(SOON_MS)
})

it('an operation that was signed without a relay is left there when the relay is back', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  const awayMs = 5_000
  story.network.restartRelay(0, awayMs, false)
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  expect(story.msUntil(() => isAdminFor(story, bob, bob), awayMs + SOON_MS)).toBeLessThan(awayMs + SOON_MS)
})

it('an operation that the relay had no room for is left there later', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  // The relay does not say that there is room again: it restarted.
  const emptied = story.refuse((by, about) => by === alice && about === 'operation', { isTold: false })
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(1_000)
  emptied()
  // Sooner than a member asks for it.
  const withinMs = 35_000
  expect(story.msUntil(() => isAdminFor(story, bob, bob), withinMs)).toBeLessThan(withinMs)
})

it('two connected members also ask others now and then, so that what one half of a group was told reaches the other', async () => {
  const half = (name: string): boolean => name === 'Alice' || name === 'Bob'
  const story = await beginStory({ direct: (by, to) => half(by) === half(to) })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  for (const each of [carol, dave]) story.lose(relayed('operation', alice, each))
  story.ask(alice, { kind: 'setRole', group: story.group, account: dave.account, role: 'admin' })
  story.pass(3 * 60_000)
  expect([alice, bob, carol, dave].map((each) => isAdminFor(story, each, dave))).toEqual([true, true, false, false])
  const withinMs = 3 * 3_600_000
  expect(story.msUntil(() => isAdminFor(story, carol, dave) && isAdminFor(story, dave, dave), withinMs)).toBeLessThan(withinMs)
})
