/** What members may see differently when the world has healed: what I3 is held against. */
import { MEMBERSHIP_LOG, SELF } from '@sotto/core/inside'
import { nextPlace, signOperation } from '@sotto/membership'
import { type AccountId, fromBase64url, type GroupId, type Operation } from '@sotto/wire'
import { expect, it } from 'vitest'
import { checkAgreement } from './agreement.ts'
import { beginStory, type Person, relayed, type Story } from './story/story.ts'

const SOON_MS = 5_000
const LATER_MS = 120_000
const FAULT = 'I3: Bob and Alice have different rosters'

/** Eve, an admin, holds back what her removals of Alice and Bob rest on. Carol left, and Bob hears nothing more. */
async function begin() {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, eve] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Eve')]
  const logOf = (person: Person) => person.rows.get(MEMBERSHIP_LOG, story.group)
  story.gather(alice, bob, carol, eve)
  story.ask(alice, { kind: 'setRole', group: story.group, account: eve.account, role: 'admin' })
  story.pass(SOON_MS)
  for (const each of [alice, bob, carol]) {
    for (const about of ['operation', 'letter'] as const) story.lose(relayed(about, eve, each))
    story.lose(relayed('letter', each, eve))
  }
  story.ask(eve, { kind: 'createInvite', group: story.group })
  const removals = [alice, bob].flatMap((each) => {
    story.remove(eve, each)
    return logOf(eve)?.heads.map(({ operation }) => operation) ?? []
  })
  const group = fromBase64url(story.group) as GroupId
  for (const each of [alice, bob]) story.slip(carol, each, [{ kind: 'operations', group, operations: removals }])
  story.pass(SOON_MS)
  expect([alice, bob].map((each) => logOf(each)?.orphans.size)).toEqual([2, 2])
  story.ask(carol, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  story.lose(({ to }) => to === bob)
  const countOf = (person: Person): number => logOf(person)?.count ?? 0
  const faults = (adversaries: readonly Person[]): readonly string[] => faultsOf(story, adversaries, [alice, bob])
  return { story, alice, bob, eve, countOf, faults }
}

function faultsOf(story: Story, adversaries: readonly Person[], honest: readonly [Person, ...Person[]]): readonly string[] {
  const violations: string[] = []
  const world = { group: story.group, adversaries, primitives: story.primitives, nowMs: story.nowMs }
  checkAgreement(world, honest[0], honest, (what) => void violations.push(what))
  return violations
}

/** Eve, an admin, shows each of two members that it removes the other, by operations in the same place. Then they hear of both. */
async function fork({ isOneSided = false, isThirdThere = false } = {}) {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, eve] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Eve')]
  story.gather(alice, bob, ...(isThirdThere ? [carol] : []), eve)
  for (const each of [bob, eve]) story.ask(alice, { kind: 'setRole', group: story.group, account: each.account, role: 'admin' })
  story.pass(SOON_MS)
  const [log, self] = [eve.rows.get(MEMBERSHIP_LOG, story.group), eve.rows.get(SELF, 'self')]
  if (log === undefined || self === undefined) throw new TypeError('no log')
  const group = fromBase64url(story.group) as GroupId
  const removalOf = ({ account }: Person): Operation =>
    signOperation(
      story.primitives,
      {
        suite: 1,
        group,
        account: self.account,
        device: self.device,
        ...nextPlace(log, self.device),
        writtenMs: story.nowMs,
        body: { kind: 'remove', account: fromBase64url(account) as AccountId, commitment: story.random.bytes(32) },
      },
      story.primitives.ed25519.keyPairFromSeed(self.deviceSeed),
    )
  const apart = [relayed('operation', alice, bob), relayed('operation', bob, alice), relayed('letter', alice, bob), relayed('letter', bob, alice)]
  const meet = apart.map((each) => story.holdBack(each))
  const [ofAlice, ofBob] = [removalOf(alice), removalOf(bob)]
  story.slip(eve, alice, [{ kind: 'operations', group, operations: isOneSided ? [ofAlice, ofBob] : [ofBob] }])
  story.slip(eve, bob, [{ kind: 'operations', group, operations: [ofAlice] }])
  story.pass(1_000)
  for (const each of meet) each()
  for (const each of [alice, bob]) story.slip(eve, each, [{ kind: 'operations', group, operations: [ofAlice, ofBob] }])
  story.pass(LATER_MS)
  const honest = isThirdThere ? ([alice, bob, carol] as const) : ([alice, bob] as const)
  expect(honest.map((each) => story.groupOf(each)?.members.length)).toEqual(honest.map(() => honest.length + 1))
  const before = bob.rows.get(MEMBERSHIP_LOG, story.group)
  story.say(alice, 'a new epoch, because of the fork')
  story.pass(LATER_MS)
  /** Bob has what he had before that epoch. */
  const goBack = (): void => bob.tamper((transaction) => before !== undefined && transaction.put(MEMBERSHIP_LOG, [story.group], before))
  const faults = (adversaries: readonly Person[]): readonly string[] => faultsOf(story, adversaries, honest)
  return { story, alice, bob, eve, goBack, faults }
}

it('a rekey that one has and another lacks is no fault where an adversary keeps them apart', async () => {
  const { story, alice, bob, eve, countOf, faults } = await begin()
  expect(countOf(alice)).toBe(countOf(bob))
  story.say(alice, 'after Carol')
  story.pass(SOON_MS)
  expect(countOf(alice)).toBe(countOf(bob) + 1)
  expect(faults([eve])).toEqual([])
  expect(faults([])).toEqual([FAULT])
})

it('anything else that one has and another lacks is one', async () => {
  const { story, alice, bob, eve, countOf, faults } = await begin()
  story.ask(alice, { kind: 'createInvite', group: story.group })
  story.pass(SOON_MS)
  expect(countOf(alice)).toBe(countOf(bob) + 1)
  expect(faults([eve])).toEqual([FAULT])
})

it('two members that saw each other as removed, by an admin that forked its chain, may be in different epochs', async () => {
  const { eve, goBack, faults } = await fork()
  expect(faults([eve])).toEqual([])
  expect(faults([])).toEqual([FAULT])
  goBack()
  expect(faults([eve])).toEqual([])
})

it('and nothing else may be different', async () => {
  const { story, alice, bob, eve, faults } = await fork()
  story.lose(({ to }) => to === bob)
  story.ask(alice, { kind: 'createInvite', group: story.group })
  story.pass(SOON_MS)
  expect(faults([eve])).toEqual([FAULT])
})

it.each([{ isOneSided: true }, { isThirdThere: true }])('nor that, where one of them or a third gives its keys to the other: %j', async (how) => {
  const { eve, goBack, faults } = await fork(how)
  expect(faults([eve])).toEqual([])
  goBack()
  expect(faults([eve])).toEqual([FAULT])
})
