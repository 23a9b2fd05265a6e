/** What members may see differently when the world has healed: what I3 is held against. */
import { MEMBERSHIP_LOG } from '@sotto/core/inside'
import { fromBase64url, type GroupId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { checkAgreement } from './agreement.ts'
import { beginStory, type Person, relayed } from './story/story.ts'

const SOON_MS = 5_000
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
  const faults = (adversaries: readonly Person[]): readonly string[] => {
    const violations: string[] = []
    const world = { group: story.group, adversaries, primitives: story.primitives, nowMs: story.nowMs }
    checkAgreement(world, alice, [alice, bob], (what) => void violations.push(what))
    return violations
  }
  return { story, alice, bob, eve, countOf, faults }
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
