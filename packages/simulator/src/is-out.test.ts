/** Who names a relay as a removed member, that no honest peer may dial: what I20 rests on. */
import { expect, it } from 'vitest'
import { isOut } from './is-out.ts'
import { beginStory, type Person, type Story } from './story/story.ts'

const SOON_MS = 20_000

interface Scene {
  readonly story: Story
  readonly alice: Person
  readonly carol: Person
  readonly dave: Person
  /** By what Alice and Carol know. */
  readonly isOutNow: (whom: Person) => boolean
}

async function begin(): Promise<Scene> {
  const story = await beginStory({ direct: false })
  const [alice, carol, dave] = [story.enter('Alice'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, carol)
  return { story, alice, carol, dave, isOutNow: (whom) => isOut([alice, carol], story.group, whom) }
}

function leave({ story, dave }: Scene): void {
  story.ask(dave, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
}

it('a stranger is out, and a member is not', async () => {
  const { story, dave, isOutNow } = await begin()
  expect(isOutNow(dave)).toBe(true)
  story.join(dave)
  story.pass(SOON_MS)
  expect(isOutNow(dave)).toBe(false)
})

it('a former member is out once all know that', async () => {
  const scene = await begin()
  const { story, alice, dave, isOutNow } = scene
  story.join(dave)
  story.pass(SOON_MS)
  alice.freeze()
  leave(scene)
  expect(isOutNow(dave)).toBe(false)
  alice.thaw()
  story.pass(SOON_MS)
  expect(isOutNow(dave)).toBe(true)
})

it('one that came and went while a member slept is out once that one has heard of both', async () => {
  const scene = await begin()
  const { story, alice, carol, dave, isOutNow } = scene
  alice.freeze()
  story.join(dave)
  story.pass(SOON_MS)
  leave(scene)
  expect(story.groupOf(carol)?.members).toHaveLength(2)
  expect(isOutNow(dave)).toBe(false)
  alice.thaw()
  story.pass(SOON_MS)
  expect(isOutNow(dave)).toBe(true)
})
