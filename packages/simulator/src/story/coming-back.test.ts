/** A member that left, was removed or gave up joining comes back, and a start finds what was there before it (PROTOCOL §5, §9). */
import { allTables, CONTACT, KEY_REQUEST, MAILBOX, MEMBERSHIP_LOG, NAME, OPERATION, RELAY_LINK, STRANGER } from '@sotto/core/inside'
import { fromBase64url, type GroupId, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { differencesFromDisk, misplacedRows, tablesThatName } from '../memory-and-disk.ts'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 20_000

interface Fixtures {
  readonly story: Story
  readonly alice: Person
  readonly bob: Person
  readonly carol: Person
}

const restart = (person: Person): void => {
  person.stop()
  person.start()
}

const newInvite = ({ story, alice }: Fixtures): void =>
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite = '' }) => (story.invite = invite))
const forget = ({ story, bob }: Fixtures): void => story.ask(bob, { kind: 'forgetGroup', group: story.group })
const cancel = ({ story, bob }: Fixtures): void => story.ask(bob, { kind: 'cancelJoin', group: story.group })

function leave({ story, bob }: Fixtures): void {
  story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
}

function beRemoved({ story, alice, bob }: Fixtures): void {
  story.remove(alice, bob)
  story.pass(SOON_MS)
  expect(story.groupOf(bob)?.state).toBe('removed')
}

/** Bob asks to join and, before the answer is complete, has the membership log of the group. */
function beHalfway(fixtures: Fixtures): void {
  const { story, alice, bob } = fixtures
  newInvite(fixtures)
  // The welcome is lost, and the log comes without it.
  const found = story.lose(relayed('letter', alice, bob))
  story.ask(bob, { kind: 'join', invite: story.invite })
  story.pass(5_000)
  found()
  const operations = alice.rows.scan(OPERATION, story.group).map(({ value }) => value)
  story.slip(alice, bob, [{ kind: 'operations', group: fromBase64url(story.group) as GroupId, operations }])
  story.pass(5_000)
  expect(bob.rows.get(MEMBERSHIP_LOG, story.group)?.count).toBe(operations.length)
}

function beRefused(fixtures: Fixtures): void {
  const { story, alice, bob } = fixtures
  newInvite(fixtures)
  story.ask(alice, { kind: 'revokeInvites', group: story.group })
  story.ask(bob, { kind: 'join', invite: story.invite })
  story.pass(SOON_MS)
  expect(story.groupOf(bob)?.join?.step).toBe('refused')
}

/** How Bob leaves, and how he gives up what was left of the group. `isMember`: he was in the group before. */
const WAYS: readonly {
  readonly name: string
  readonly isMember: boolean
  readonly go: (fixtures: Fixtures) => void
  readonly giveUp: ((fixtures: Fixtures) => void) | null
}[] = [
  { name: 'left', isMember: true, go: leave, giveUp: null },
  { name: 'left and forgot the group', isMember: true, go: leave, giveUp: forget },
  { name: 'was removed', isMember: true, go: beRemoved, giveUp: null },
  { name: 'was removed and forgot the group', isMember: true, go: beRemoved, giveUp: forget },
  { name: 'cancelled a join', isMember: false, go: beHalfway, giveUp: cancel },
  { name: 'forgot a join', isMember: false, go: beHalfway, giveUp: forget },
  { name: 'was refused', isMember: false, go: beRefused, giveUp: cancel },
  { name: 'left, asked to come back and cancelled that', isMember: true, go: (fixtures) => (leave(fixtures), beHalfway(fixtures)), giveUp: cancel },
  { name: 'left, asked to come back and forgot it all', isMember: true, go: (fixtures) => (leave(fixtures), beHalfway(fixtures)), giveUp: forget },
]

async function begun(isMember: boolean): Promise<Fixtures> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, carol, ...(isMember ? [bob] : []))
  for (const each of isMember ? [alice, bob, carol] : [alice, carol]) story.say(each, `early, from ${each.name}`)
  story.pass(SOON_MS)
  return { story, alice, bob, carol }
}

it.each(WAYS.flatMap((way) => [false, true].map((isRestarted) => ({ ...way, isRestarted, between: isRestarted ? 'with' : 'without' }))))(
  'a person that $name comes back $between a start in between, and is still a member after the next',
  async ({ isMember, go, giveUp, isRestarted }) => {
    const fixtures = await begun(isMember)
    const { story, alice, bob, carol } = fixtures
    go(fixtures)
    giveUp?.(fixtures)
    // What is left of a request serves to leave at once, if it is granted after all.
    const isWithdrawn = go !== leave && go !== beRemoved
    if (giveUp === forget)
      expect(
        tablesThatName(bob.state, story.group).filter((name) => !isWithdrawn || !['join', 'wantedRelays', 'membershipLog', 'operation'].includes(name)),
      ).toEqual([])
    expect(differencesFromDisk(bob, story.primitives)).toEqual([])
    if (isRestarted) restart(bob)
    newInvite(fixtures)
    story.join(bob)
    story.say(alice, 'welcome back')
    story.pass(SOON_MS)
    restart(bob)
    story.pass(SOON_MS)
    expect(misplacedRows(bob.state, story.group)).toEqual([])
    expect(differencesFromDisk(bob, story.primitives)).toEqual([])
    expect(
      story
        .groupOf(bob)
        ?.members.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['Alice', 'Bob', 'Carol'])
    story.say(carol, 'after the start')
    story.say(bob, 'and from me')
    story.pass(SOON_MS)
    for (const each of [alice, bob, carol]) expect(story.shows(each, 'welcome back', 'after the start', 'and from me')).toBe(true)
    expect(story.texts(bob).includes('early, from Alice')).toBe(isMember && giveUp !== forget)
  },
)

it.each([
  { name: 'removed', go: beRemoved },
  { name: 'leaves', go: leave },
])('a person that $name reads nothing of the group any more, not even its rendezvous', async ({ go }) => {
  const fixtures = await begun(true)
  const { story, bob } = fixtures
  // An invite of its own, whose rendezvous only its author would continue to read.
  story.ask(bob, { kind: 'createInvite', group: story.group })
  story.pass(SOON_MS)
  const read = (): readonly string[] => bob.rows.scan(MAILBOX).map(({ value }) => value.purpose.kind)
  const wanted = (): number => bob.rows.scan(RELAY_LINK).reduce((sum, { value }) => sum + value.client.wanted.size, 0)
  expect(read().toSorted()).toEqual(['group', 'inbox', 'rendezvous', 'rendezvous'])
  go(fixtures)
  expect([read(), wanted()]).toEqual([['inbox'], 1])
  forget(fixtures)
  story.pass(SOON_MS)
  expect([read(), wanted()]).toEqual([['inbox'], 1])
})

it('of a former membership only the rows that outlast it stay', async () => {
  const fixtures = await begun(true)
  const { story, bob } = fixtures
  beRemoved(fixtures)
  const outlasting = allTables()
    .filter(({ outlasts }) => outlasts === 'membership')
    .map(({ name }) => name)
  expect(tablesThatName(bob.state, story.group).filter((name) => !outlasting.includes(name))).toEqual([])
  expect(bob.rows.scan(OPERATION, story.group)).not.toEqual([])
  expect(bob.rows.get(MEMBERSHIP_LOG, story.group)).toBeDefined()
})

it('what was lost of a member that left and came back is shown as lost, and asked for no more', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  const found = story.lose(relayed('envelope', bob, alice))
  story.say(bob, 'one')
  story.pass(1_000)
  found()
  story.say(bob, 'two')
  story.pass(1_000)
  expect(story.texts(alice)).toEqual(['two'])
  // Before it is asked for.
  leave({ story, alice, bob, carol })
  newInvite({ story, alice, bob, carol })
  story.join(bob)
  story.pass(60_000)
  expect(story.groupOf(alice)?.unreadable).toEqual([{ cause: 'keyDestroyed', count: 1, repairing: false }])
  story.say(bob, 'three')
  story.pass(60_000)
  expect(story.texts(alice)).toEqual(['two', 'three'])
  expect(story.groupOf(alice)?.unreadable).toEqual([{ cause: 'keyDestroyed', count: 1, repairing: false }])
  expect(alice.rows.scan(KEY_REQUEST)).toEqual([])
})

it('a key that could not be asked for while its owner was out is asked for when the owner is back', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const found = story.lose(relayed('letter', bob, alice))
  // The start before gave each a new key, which Alice does not get.
  restart(bob)
  story.pass(1_000)
  story.say(bob, 'one')
  story.pass(5_000)
  expect([story.texts(alice), story.texts(carol)]).toEqual([[], ['one']])
  story.remove(alice, bob)
  // Carol had opened it in time, and says so. The key is Bob's alone.
  story.pass(120_000)
  expect(story.groupOf(alice)?.unreadable).toEqual([{ cause: 'keyNotYetReceived', count: 1, repairing: false }])
  expect(alice.rows.scan(KEY_REQUEST)).toEqual([])
  newInvite({ story, alice, bob, carol })
  story.join(bob)
  // None of his letters is read before she asks.
  story.pass(10_000)
  found()
  story.pass(60_000)
  // Bob's keys went with his membership.
  expect(story.groupOf(alice)?.unreadable).toEqual([{ cause: 'keyDestroyed', count: 1, repairing: false }])
  expect(alice.rows.scan(KEY_REQUEST)).toEqual([])
})

it('contacts of a group that is forgotten are strangers, of whom only so many are kept', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const devicesIn = (table: typeof CONTACT | typeof STRANGER) => bob.rows.scan(table as typeof CONTACT).map(({ key }) => key[0])
  expect(devicesIn(CONTACT)).toContain(toBase64url(carol.device))
  expect(devicesIn(STRANGER)).not.toContain(toBase64url(carol.device))
  leave({ story, alice, bob, carol })
  forget({ story, alice, bob, carol })
  expect(devicesIn(CONTACT)).toContain(toBase64url(carol.device))
  expect(devicesIn(STRANGER)).toEqual(devicesIn(CONTACT))
})

it('with a group that is forgotten goes the name of everybody whom no other group names, also where its log names them no more', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  const [known] = bob.rows.scan(NAME)
  const nobody = toBase64url(new Uint8Array(32).fill(7))
  bob.tamper((transaction) => {
    if (known !== undefined) transaction.put(NAME, [nobody], known.value)
  })
  leave({ story, alice, bob, carol })
  forget({ story, alice, bob, carol })
  expect(bob.rows.scan(NAME)).toEqual([])
})
