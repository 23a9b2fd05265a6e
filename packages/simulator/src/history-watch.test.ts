/** That I52 notices what new members may not be told. */
import { messageRecord } from '@sotto/core/inside'
import type { AccountId } from '@sotto/wire'
import { decode, encode } from '@sotto/wire'
import { expect, it } from 'vitest'
import { ToldInFull } from './told-in-full.ts'
import { historyEvents, HistoryWatch } from './history-watch.ts'
import { beginStory, type Person } from './story/story.ts'

const SOON_MS = 20_000

/** Alice says two things, and Carol, who comes later, is passed them on. Every commit of theirs is watched. */
async function watched({ messages = 100, isWatched = true } = {}) {
  const story = await beginStory({ direct: true })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  const violations: string[] = []
  const watch = new HistoryWatch(
    new ToldInFull(
      [],
      () => 0,
      (what) => violations.push(what),
    ),
    (peer) => peer.view().self?.account ?? '',
    (what) => violations.push(what),
  )
  if (isWatched) watch.wants(alice, story.group, { days: 0, messages })
  else story.ask(alice, { kind: 'setHistory', group: story.group, days: 0, messages })
  story.pass(SOON_MS)
  story.say(alice, 'Alice 1', 'Alice 2')
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  story.join(carol)
  story.pass(3 * SOON_MS)
  const see = (person: Person, change: (record: NonNullable<ReturnType<typeof recordOf>>) => Partial<NonNullable<ReturnType<typeof recordOf>>> = () => ({})) =>
    watch.committed(person, {
      rows: [],
      dropHistories: [],
      histories: person.readHistory(`messages/${story.group}`).flatMap(({ id, order, value }) => {
        const record = recordOf(value)
        return record?.body.kind === 'text'
          ? [{ history: `messages/${story.group}`, id, order, value: encode(messageRecord, { ...record, ...change(record) }) }]
          : []
      }),
    })
  see(alice)
  const check = () => watch.check([alice, bob, carol], [alice, bob, carol])
  return { alice, bob, carol, see, check, violations }
}

const recordOf = (value: Uint8Array) => decode(messageRecord, value)
const SOMEBODY = new Uint8Array(32).fill(9) as AccountId

it('lets be what an admin wanted', async () => {
  const { carol, see, check, violations } = await watched()
  see(carol)
  expect(check().told).toBe(2)
  expect(violations).toEqual([])
})

it('notices what nobody wanted, and more than was', async () => {
  const unasked = await watched({ isWatched: false })
  unasked.see(unasked.carol)
  expect(unasked.violations).toEqual([expect.stringMatching(/^I52: .*no admin wanted/), expect.stringMatching(/^I52: .*no admin wanted/)])
  const few = await watched({ messages: 1 })
  few.see(few.carol)
  expect(few.violations).toEqual([])
  few.see(few.alice, () => ({ own: false, passedOnBy: SOMEBODY }))
  few.check()
  expect(few.violations).toContainEqual(expect.stringMatching(/^I52: Alice is told 2 messages/))
})

it.each([
  ['another text', { body: { kind: 'text', text: 'never', mentions: [], replyTo: null, forwarded: false, files: [] } }, /tells Carol “never” for/],
  ['what vanishes', { body: { kind: 'text', text: 'Alice 1, and vanishes', mentions: [], replyTo: null, forwarded: false, files: [] } }, /passes “.*” on/],
  ['another author', { account: SOMEBODY }, /tells Carol that another said/],
] as const)('notices %s', async (_, change, what) => {
  const { carol, see, check, violations } = await watched()
  see(carol, () => change as never)
  check()
  expect(violations).toContainEqual(expect.stringMatching(what))
})

it('notices who is told what it said itself', async () => {
  const { carol, see, check, violations } = await watched()
  see(carol, () => ({ account: new Uint8Array(Buffer.from(carol.view().self?.account ?? '', 'base64url')) as AccountId }))
  check()
  expect(violations).toContainEqual(expect.stringMatching(/which it is said to have said itself/))
})

it('is in most worlds, and they are drawn from the seed alone', () => {
  const worlds = Array.from({ length: 40 }, (_, seed) => historyEvents(seed, 4))
  expect(worlds.filter((events) => events.length > 0).length).toBeGreaterThan(20)
  expect(historyEvents(7, 4)).toEqual(historyEvents(7, 4))
})
