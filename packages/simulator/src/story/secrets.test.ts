/** Secrets of epochs: which device is given one, and which secret is taken (PROTOCOL §5, §6). */
import { EPOCH, MEMBERSHIP_LOG, SECRET } from '@sotto/core/inside'
import { fromBase64url, type GroupId, LIMITS, type OperationId, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 5_000
const HOUR_MS = 3_600_000
/** Begun by two members in an hour. */
const MOST_EPOCHS = 20

const groupId = (story: Story): GroupId => fromBase64url(story.group) as GroupId
const epochOf = (story: Story, person: Person): string => story.groupOf(person)?.security.epoch ?? ''

/** Bob knows of Carol's removal and lacks the secret that came with it. `dave` may say something meanwhile. */
async function withoutSecret(
  meanwhile: (story: Story, people: { readonly alice: Person; readonly bob: Person; readonly dave: Person }) => void,
): Promise<{ story: Story; alice: Person; bob: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  const found = story.lose(relayed('letter', alice, bob))
  story.remove(alice, carol)
  story.pass(500)
  expect(epochOf(story, bob)).toBe('')
  meanwhile(story, { alice, bob, dave })
  found()
  return { story, alice, bob }
}

it('a secret that did not come is asked for', async () => {
  const { story, alice, bob } = await withoutSecret(() => {})
  // Before any member begins another epoch for lack of it.
  const withinMs = LIMITS.secretMissingMs - SOON_MS
  expect(story.msUntil(() => epochOf(story, bob) === epochOf(story, alice), withinMs)).toBeLessThan(withinMs)
})

it('a secret that does not match its operation’s commitment is not taken', async () => {
  const { story, alice, bob } = await withoutSecret((begun, people) => {
    const removal = people.alice.rows.scan(SECRET, begun.group).find(({ key }) => key[1] !== begun.group)?.key[1] ?? ''
    begun.slip(people.dave, people.bob, [
      { kind: 'secret', group: groupId(begun), operation: fromBase64url(removal) as OperationId, secret: begun.random.bytes(32) },
    ])
    begun.pass(200)
  })
  expect(story.msUntil(() => epochOf(story, bob) !== '', LIMITS.secretMissingMs)).toBeLessThan(LIMITS.secretMissingMs)
  expect(epochOf(story, bob)).toBe(epochOf(story, alice))
})

it('a new member that asks for the secret of an epoch before it came is not given it', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol)
  story.remove(alice, carol)
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite = '' }) => (story.invite = invite))
  story.join(dave)
  story.pass(SOON_MS)
  // The operation that made the group has the group's id.
  for (const each of [alice, bob])
    story.slip(carol, each, [{ kind: 'secretRequest', group: groupId(story), operation: fromBase64url(story.group) as OperationId }])
  story.pass(SOON_MS)
  expect(alice.rows.get(SECRET, story.group, story.group)).toBeDefined()
  expect(dave.rows.get(SECRET, story.group, story.group)).toBeUndefined()
  expect(dave.rows.scan(SECRET, story.group)).toHaveLength(1)
})

it('if no remaining member has the secret of an epoch, another is begun', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  for (const each of [bob, carol]) story.lose(relayed('letter', alice, each))
  story.remove(alice, dave)
  story.pass(1_000)
  // For good: the secret of the epoch that this began goes with her.
  alice.stop()
  expect([epochOf(story, bob), epochOf(story, carol)]).toEqual(['', ''])
  story.say(bob, 'are you there?')
  const withinMs = 2 * LIMITS.secretMissingMs + SOON_MS
  expect(story.msUntil(() => story.shows(carol, 'are you there?'), withinMs)).toBeLessThan(withinMs)
  story.pass(2 * LIMITS.secretMissingMs)
  expect(epochOf(story, bob)).not.toBe('')
  expect(epochOf(story, carol)).toBe(epochOf(story, bob))
})

it('the secret of an ended epoch is asked for too, and what was sealed there is shown', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave, erin] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave'), story.enter('Erin')]
  story.gather(alice, bob, carol, dave, erin)
  const found = story.lose(relayed('letter', alice, carol))
  story.remove(alice, dave)
  story.pass(400)
  story.say(bob, 'between two removals')
  story.pass(200)
  found()
  story.remove(alice, erin)
  story.pass(200)
  const [over] = alice.rows
    .scan(EPOCH, story.group)
    .filter(({ value }) => value.endedMs !== null && value.operations.every((id) => toBase64url(id) !== story.group))
  expect(epochOf(story, carol)).toBe(epochOf(story, alice))
  expect(carol.rows.get(EPOCH, story.group, over?.key[1] ?? '')).toBeUndefined()
  expect(story.shows(carol, 'between two removals')).toBe(false)
  // Before Bob sends it in private, for lack of an acknowledgement of his key.
  const withinMs = LIMITS.reconcileMs / 2
  expect(story.msUntil(() => story.shows(carol, 'between two removals'), withinMs)).toBeLessThan(withinMs)
  expect(carol.rows.get(EPOCH, story.group, over?.key[1] ?? '')).toBeDefined()
})

it('a member that was out where a secret was drawn, and is in again, is given the next one instead', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  for (const each of [bob, carol, dave]) story.ask(alice, { kind: 'setRole', group: story.group, account: each.account, role: 'admin' })
  story.pass(SOON_MS)
  const membersOf = (person: Person): readonly string[] =>
    story
      .groupOf(person)
      ?.members.map(({ name }) => name)
      .toSorted() ?? []
  // Dave does not hear that he is removed, and Carol not that Bob acknowledges that.
  const daveHears = story.holdBack(({ to }) => to === dave)
  const carolHears = story.holdBack(({ by, to }) => by === bob && to === carol)
  story.remove(alice, dave)
  story.pass(30_000)
  story.remove(dave, alice)
  story.pass(1_000)
  expect(membersOf(carol)).toEqual(['Bob', 'Carol'])
  story.say(carol, 'for Bob')
  story.pass(500)
  const [drawn] = carol.rows.scan(EPOCH, story.group).flatMap(({ value }) => (value.endedMs === null ? value.operations : []))
  carolHears()
  daveHears()
  story.pass(120_000)
  for (const each of [alice, bob, carol]) expect(membersOf(each)).toEqual(['Alice', 'Bob', 'Carol'])
  expect(new Set([alice, bob, carol].map((each) => epochOf(story, each))).size).toBe(1)
  const has = (person: Person): boolean => person.rows.get(SECRET, story.group, toBase64url(drawn ?? new Uint8Array())) !== undefined
  expect([alice, bob, carol].map(has)).toEqual([false, true, true])
})

it('two members who each hold the other’s removal without what it rests on do not begin one epoch after another', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, eve] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Eve')]
  const logOf = (person: Person) => person.rows.get(MEMBERSHIP_LOG, story.group)
  story.gather(alice, bob, carol, eve)
  story.ask(alice, { kind: 'setRole', group: story.group, account: eve.account, role: 'admin' })
  story.pass(SOON_MS)
  // What she signs reaches nobody, but for what her changed program sends in private: to each the removal of the other.
  for (const each of [alice, bob, carol]) {
    for (const about of ['operation', 'letter'] as const) story.lose(relayed(about, eve, each))
    story.lose(relayed('letter', each, eve))
  }
  story.ask(eve, { kind: 'createInvite', group: story.group })
  const removals = [alice, bob].map((each) => {
    story.remove(eve, each)
    const last = logOf(eve)?.heads[0]?.operation
    if (last === undefined) throw new TypeError('Eve signed nothing')
    return last
  })
  story.slip(carol, alice, [{ kind: 'operations', group: groupId(story), operations: removals.slice(1) }])
  story.slip(carol, bob, [{ kind: 'operations', group: groupId(story), operations: removals.slice(0, 1) }])
  story.pass(SOON_MS)
  expect([alice, bob].map((each) => logOf(each)?.orphans.size)).toEqual([1, 1])
  story.remove(alice, carol)
  const countBefore = logOf(alice)?.count ?? 0
  // Each is shown at once what the other wrote.
  const newest = (of: Person) => logOf(of)?.heads.map(({ operation }) => operation) ?? []
  for (let passedMs = 0; passedMs < HOUR_MS; passedMs += SOON_MS) {
    story.slip(bob, alice, [{ kind: 'operations', group: groupId(story), operations: newest(bob) }])
    story.slip(alice, bob, [{ kind: 'operations', group: groupId(story), operations: newest(alice) }])
    story.pass(SOON_MS)
  }
  // More than a hundred, if each waited as long as the first time.
  expect((logOf(alice)?.count ?? 0) - countBefore).toBeLessThan(MOST_EPOCHS)
})
