/** Acknowledging a removal, once (PROTOCOL §5). */
import { OPERATION } from '@sotto/core/inside'
import { equalBytes } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

/** How many acknowledgements one person signed, as far as another knows. */
const acknowledgements = (story: Story, by: Person, asSeenBy: Person): number =>
  asSeenBy.rows.scan(OPERATION, story.group).filter(({ value }) => value.unsigned.body.kind === 'acknowledge' && equalBytes(value.unsigned.device, by.device))
    .length

it('an acknowledgement that was lost with the last writes is not signed again, which would be a fork', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob', { losesAll: true }), story.enter('Carol')]
  story.gather(alice, bob, carol)
  // Now his acknowledgement counts.
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(5_000)
  story.remove(alice, carol)
  story.pass(1_000)
  bob.syncDisk()
  expect(story.msUntil(() => acknowledgements(story, bob, alice) === 1, 20_000)).toBeLessThan(20_000)
  bob.die()
  bob.start()
  expect(acknowledgements(story, bob, bob)).toBe(0)
  story.pass(30_000)
  expect([acknowledgements(story, bob, alice), acknowledgements(story, bob, bob)]).toEqual([1, 1])
  expect(story.groupOf(alice)?.members.map(({ devices }) => devices)).toEqual([1, 1])
})
