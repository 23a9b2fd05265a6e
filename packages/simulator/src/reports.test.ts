/** I45 notices a report that an admin lacks, and one that another person has. */
import { fromBase64url, type AccountId, type GroupId, type MessageId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { Reports } from './reports.ts'
import { beginStory, type Person, type Story } from './story/story.ts'

const SOON_MS = 20_000

/** Alice and Dora are admins. Bob reports what Carol wrote. `between` happens first. */
async function reported(between: (story: Story, people: Readonly<Record<'alice' | 'bob' | 'carol' | 'dora', Person>>) => void): Promise<readonly string[]> {
  const story = await beginStory({ direct: false })
  const people = { alice: story.enter('Alice'), bob: story.enter('Bob'), carol: story.enter('Carol'), dora: story.enter('Dora') }
  const { alice, bob, carol, dora } = people
  story.gather(alice, bob, carol, dora)
  story.ask(alice, { kind: 'setRole', group: story.group, account: dora.account, role: 'admin' })
  story.say(carol, 'buy now')
  story.pass(SOON_MS)
  between(story, people)
  const violations: string[] = []
  const after: (() => void)[] = []
  const reports = new Reports(
    (_, act) => void after.push(act),
    (what) => void violations.push(what),
  )
  expect(reports.say(bob, story.group, { kind: 'report', atMs: 0, peer: 1, which: 0 })).toBe(true)
  story.pass(SOON_MS)
  for (const act of after) act()
  reports.check({ group: story.group, peers: Object.values(people), isToldTruly: () => true, isAllTaken: true })
  return violations
}

it('finds nothing where all is well', async () => {
  expect(await reported(() => {})).toEqual([])
})

it('finds an admin that was not told', async () => {
  const lost = await reported((story, { dora }) => story.lose(({ what, to }) => to === dora && (what === 'relayed letter' || what === 'letter')))
  expect(lost).toEqual(['I45: “Bob reports, 0.” is not with Dora'])
})

it('finds another person that has it, be it only waiting', async () => {
  const told = await reported((story, { bob, carol, alice }) =>
    story.slip(bob, carol, [
      {
        kind: 'report',
        group: fromBase64url(story.group) as GroupId,
        message: new Uint8Array(32) as MessageId,
        author: fromBase64url(alice.account) as AccountId,
        text: 'hello',
        words: 'Bob reports, 0.',
      },
    ]),
  )
  expect(told).toEqual(['I45: Carol has “Bob reports, 0.”'])
})
