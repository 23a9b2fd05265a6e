/** Requests to join that are withdrawn, and joiners whose clock is wrong (PROTOCOL §5). */
import { ADMISSION, JOIN, OPERATION } from '@sotto/core/inside'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const DAY_MS = 24 * 3_600_000
const SOON_MS = 10_000
const LATER_MS = 120_000

async function twoAndOne(): Promise<{ story: Story; alice: Person; bob: Person; carol: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  return { story, alice, bob, carol }
}

const namesSeenBy = (story: Story, person: Person): readonly string[] => (story.groupOf(person)?.members ?? []).map(({ name }) => name)

const cancel = (story: Story, person: Person): void => story.ask(person, { kind: 'cancelJoin', group: story.group })

it('a request that is withdrawn while no member is there is granted by none that comes', async () => {
  const { story, alice, bob, carol } = await twoAndOne()
  alice.stop()
  bob.stop()
  story.ask(carol, { kind: 'join', invite: story.invite })
  story.pass(SOON_MS)
  cancel(story, carol)
  story.pass(SOON_MS)
  carol.stop()
  alice.start()
  bob.start()
  story.pass(LATER_MS)
  for (const person of [alice, bob]) {
    expect(namesSeenBy(story, person)).toEqual(['Alice', 'Bob'])
    expect(person.rows.scan(ADMISSION)).toEqual([])
  }
})

it('a request granted before its withdrawal was known is answered with a departure, and no page shows the group', async () => {
  const { story, alice, bob, carol } = await twoAndOne()
  const release = story.holdBack(relayed('letter', alice, carol))
  story.ask(carol, { kind: 'join', invite: story.invite })
  story.msUntil(() => namesSeenBy(story, bob).length === 3, LATER_MS)
  cancel(story, carol)
  story.pass(SOON_MS)
  release()
  for (let looks = 0; looks < 50; looks++) {
    story.pass(1_000)
    expect(carol.view().groups).toEqual([])
  }
  story.pass(LATER_MS)
  for (const person of [alice, bob]) expect(namesSeenBy(story, person)).toEqual(['Alice', 'Bob'])
  expect(carol.rows.scan(JOIN)).toEqual([])
  expect(carol.rows.scan(OPERATION)).toEqual([])
  // Nothing more is sealed for it.
  const before = story.heard.filter(({ what, to }) => what === 'relayed letter' && to === carol).length
  story.say(alice, 'among us')
  story.pass(SOON_MS)
  expect(story.heard.filter(({ what, to }) => what === 'relayed letter' && to === carol)).toHaveLength(before)
})

it('a joiner that withdraws a request may ask again by the same invite', async () => {
  const { story, alice, carol } = await twoAndOne()
  alice.stop()
  story.ask(carol, { kind: 'join', invite: story.invite })
  cancel(story, carol)
  story.ask(carol, { kind: 'join', invite: story.invite })
  alice.start()
  expect(story.msUntil(() => story.groupOf(carol)?.state === 'member', LATER_MS)).toBeLessThan(LATER_MS)
  expect(carol.rows.scan(JOIN)).toEqual([])
})

it.each([
  ['two days ahead', 2 * DAY_MS],
  ['twenty days behind', -20 * DAY_MS],
  ['two years behind', -730 * DAY_MS],
])('a joiner whose clock is %s is told so, counts as no member, and is admitted when it is corrected', async (_, skewMs) => {
  const { story, alice, bob, carol } = await twoAndOne()
  carol.stop()
  const dave = story.enter('Dave', { skewMs })
  story.ask(dave, { kind: 'join', invite: story.invite })
  story.pass(SOON_MS)
  expect(dave.view().clockAheadMs ?? 0).toBeCloseTo(skewMs, -4)
  expect(namesSeenBy(story, alice)).toEqual(['Alice', 'Bob'])
  expect(story.groupOf(dave)?.state).toBe('joining')
  dave.skewMs = 0
  expect(story.msUntil(() => story.groupOf(dave)?.state === 'member', LATER_MS)).toBeLessThan(LATER_MS)
  expect(dave.view().clockAheadMs).toBeNull()
  story.say(dave, 'here')
  story.msUntil(() => story.shows(bob, 'here'), LATER_MS)
  expect(story.shows(bob, 'here')).toBe(true)
})

it('a joiner whose clock is half a day wrong is admitted', async () => {
  const { story, alice } = await twoAndOne()
  const dave = story.enter('Dave', { skewMs: DAY_MS / 2 })
  story.join(dave)
  story.say(dave, 'here')
  story.msUntil(() => story.shows(alice, 'here'), LATER_MS)
  expect(story.shows(alice, 'here')).toBe(true)
})

it('a member leaves the request of a person whom an admin removed where it is, and the admin grants it when they are there', async () => {
  const { story, alice, bob, carol } = await twoAndOne()
  story.join(carol)
  story.remove(alice, carol)
  story.pass(LATER_MS)
  expect(story.groupOf(carol)?.state).toBe('removed')
  story.ask(bob, { kind: 'createInvite', group: story.group }, ({ invite = '' }) => (story.invite = invite))
  story.pass(SOON_MS)
  alice.stop()
  story.ask(carol, { kind: 'join', invite: story.invite })
  story.pass(2 * LATER_MS)
  expect(namesSeenBy(story, bob)).toEqual(['Alice', 'Bob'])
  expect(story.groupOf(carol)?.join?.step).toBe('waiting')
  // So she cannot ask again.
  carol.stop()
  alice.start()
  expect(story.msUntil(() => namesSeenBy(story, bob).length === 3, LATER_MS)).toBeLessThan(LATER_MS)
  story.pass(10 * LATER_MS)
  expect(bob.rows.scan(ADMISSION)).toEqual([])
})

it('who was refused is let in by another invite, without giving up the first', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice)
  story.ask(alice, { kind: 'revokeInvites', group: story.group })
  story.pass(1_000)
  story.ask(bob, { kind: 'join', invite: story.invite })
  expect(story.msUntil(() => story.groupOf(bob)?.join?.reason === 'closed', 60_000)).toBeLessThan(60_000)
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
  story.join(bob)
})

it('both are away until the invite of a conversation of two has ended: it is made once more', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  // Its request reaches nobody.
  const find = story.lose(relayed('joinRequest', bob, alice))
  let chat = ''
  story.ask(alice, { kind: 'openDirectChat', account: bob.account }, ({ group }) => (chat = group ?? ''))
  story.ask(alice, { kind: 'send', group: chat, text: 'between us' })
  story.pass(SOON_MS)
  expect(bob.rows.get(JOIN, chat)?.step).toBe('waiting')
  for (const each of [alice, bob]) each.stop()
  find()
  story.pass(8 * DAY_MS)
  for (const each of [alice, bob]) each.start()
  story.pass(5 * 60_000)
  expect(bob.view().groups.find(({ id }) => id === chat)).toMatchObject({ state: 'member', unread: 1 })
})
