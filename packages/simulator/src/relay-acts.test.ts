/** I47 notices a member that does not follow its group, and no relay is lost that is a member's last. */
import { GROUP, WANTED_RELAYS } from '@sotto/core/inside'
import { expect, test } from 'vitest'
import { checkRelays, mayBeLost } from './relay-acts.ts'
import { beginStory } from './story/story.ts'

test('a member that uses other relays than the log names is noticed', async () => {
  const story = await beginStory({ direct: false, relays: 2 })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob', { relays: [] })]
  story.gather(alice, bob)
  const violations: string[] = []
  const check = (): void => checkRelays([alice, bob], story.group, (what) => void violations.push(what.slice(0, 8)))
  check()
  story.ask(alice, { kind: 'setRelays', group: story.group, relays: [story.relay(1)] })
  story.pass(20_000)
  check()
  expect(violations).toEqual([])
  bob.tamper((transaction) => {
    const row = transaction.get(GROUP, story.group)
    if (row !== undefined) transaction.put(GROUP, [story.group], { ...row, relays: [story.relay(0)] })
    transaction.put(WANTED_RELAYS, [story.group, 'member'], [story.relay(0)])
  })
  check()
  expect(violations).toEqual(['I47: Bob'])
})

test('a relay is lost only where every member knows another that is there', async () => {
  const story = await beginStory({ direct: false, relays: 3 })
  const [alice, bob] = [story.enter('Alice', { relays: [0, 1] }), story.enter('Bob', { relays: [] })]
  story.gather(alice, bob)
  const may = (relay: number): boolean => mayBeLost({ network: story.network, group: story.group }, relay, [alice, bob])
  expect([may(0), may(1)]).toEqual([true, true])
  story.network.killRelay(1)
  expect([may(0), may(2)]).toEqual([false, true])
})
