/** Who is connected to directly, and so learns network addresses (PROTOCOL §7). */
import { PEER } from '@sotto/core/inside'
import { expect, it } from 'vitest'
import { beginStory } from './story.ts'

const SOON_MS = 10_000

it('members become directly connected, and a removed one is let learn addresses by none of them any more', async () => {
  const story = await beginStory({ direct: true })
  const people = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')] as const
  const [alice, bob, carol] = people
  story.gather(...people)
  const others = (person: (typeof people)[number]): readonly string[] => people.filter((each) => each !== person).map(({ peerId }) => peerId)
  for (const each of people) {
    expect(story.network.allowedBy(each).toSorted()).toEqual(others(each).toSorted())
    expect(each.rows.scan(PEER).filter(({ value }) => value.path === 'direct')).toHaveLength(others(each).length)
  }
  story.remove(alice, carol)
  story.pass(SOON_MS)
  expect(story.network.allowedBy(alice)).toEqual([bob.peerId])
  expect(story.network.allowedBy(bob)).toEqual([alice.peerId])
  expect(story.network.allowedBy(carol)).toEqual([])
})
