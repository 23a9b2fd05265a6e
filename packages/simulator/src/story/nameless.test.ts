/** Members whose name does not come are asked for it (PROTOCOL §3.51). */
import { type ControlMessage, NAMELESS } from '@sotto/core/inside'
import { fromBase64url, type GroupId, LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const namesSeenBy = (story: Story, person: Person): readonly string[] => (story.groupOf(person)?.members ?? []).map(({ name }) => name).toSorted()

/** Alice lets Dora in, and Ben Carol, before the two know of each other's doing. All four are there in the end, and Eve. */
async function letInAtOnce() {
  const story = await beginStory({ direct: false })
  const [alice, ben, eve, carol, dora] = ['Alice', 'Ben', 'Eve', 'Carol', 'Dora'].map((name) => story.enter(name)) as [Person, Person, Person, Person, Person]
  story.gather(alice, ben, eve)
  alice.stop()
  story.join(carol)
  story.pass(LIMITS.newMemberComparesMs)
  const others = [ben, eve, carol]
  for (const each of others) each.stop()
  const found = story.lose(({ to, by }) => to === alice && by !== null && others.includes(by))
  alice.start()
  story.join(dora)
  story.pass(LIMITS.newMemberComparesMs)
  found()
  for (const each of others) each.start()
  story.pass(20_000)
  return { story, alice, ben, eve, carol, dora }
}

it('two who were let in at once by different members learn each other’s name without a word said', async () => {
  const { story, carol, dora } = await letInAtOnce()
  expect(namesSeenBy(story, carol)).toHaveLength(5)
  expect(namesSeenBy(story, dora)).toContain('')
  story.pass(2 * LIMITS.nameAskedAfterMs)
  for (const person of [carol, dora]) expect(namesSeenBy(story, person)).toEqual(['Alice', 'Ben', 'Carol', 'Dora', 'Eve'])
})

it('who is let in by one that had not heard a member’s name learns it from that member', async () => {
  const story = await beginStory({ direct: false })
  const [alice, ben, carol, dora] = ['Alice', 'Ben', 'Carol', 'Dora'].map((name) => story.enter(name)) as [Person, Person, Person, Person]
  story.gather(alice, ben)
  alice.stop()
  story.join(carol)
  story.pass(LIMITS.newMemberComparesMs)
  for (const each of [ben, carol]) each.stop()
  const found = story.lose(({ what, to, by }) => to === alice && by !== dora && what === 'relayed letter')
  alice.start()
  story.pass(5_000)
  expect(namesSeenBy(story, alice)).toEqual(['', 'Alice', 'Ben'])
  story.join(dora)
  story.pass(LIMITS.newMemberComparesMs)
  found()
  for (const each of [ben, carol]) each.start()
  story.pass(2 * LIMITS.nameAskedAfterMs)
  for (const person of [carol, dora]) expect(namesSeenBy(story, person)).toEqual(['Alice', 'Ben', 'Carol', 'Dora'])
})

it('a member that never answers is asked a few times, and no more', async () => {
  const { story, dora, carol } = await letInAtOnce()
  carol.stop()
  story.pass(LIMITS.nameAskedAfterMs * LIMITS.nameAskedBackOff ** LIMITS.nameAskedTimes + 2 * LIMITS.nameAskedAfterMs)
  const asked = dora.rows.scan(NAMELESS).map(({ value }) => value.times)
  expect(asked).toEqual([LIMITS.nameAskedTimes])
  story.pass(LIMITS.nameAskedAfterMs * LIMITS.nameAskedBackOff ** LIMITS.nameAskedTimes)
  expect(dora.rows.scan(NAMELESS)).toEqual([])
  carol.start()
  story.pass(20_000)
  expect(namesSeenBy(story, dora)).toContain('Carol')
})

it('who asks over and over is told once a minute, and who is no member is told nothing', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  story.say(alice, 'hello')
  story.pass(20_000)
  const group = fromBase64url(story.group) as GroupId
  const asks: ControlMessage = { kind: 'ownName', group, name: 'Bob', nameRevision: 1, asks: true }
  const letters = () => story.heard.filter(({ what, by, to }) => what === 'relayed letter' && by === alice && to === bob).length
  const before = letters()
  for (let i = 0; i < 10; i++) {
    story.slip(bob, alice, [asks])
    story.pass(2_000)
  }
  expect(letters() - before).toBe(1)
  story.remove(alice, bob)
  story.pass(LIMITS.nameAskedAfterMs)
  const told = letters()
  story.slip(bob, alice, [asks])
  story.pass(20_000)
  expect(letters()).toBe(told)
})
