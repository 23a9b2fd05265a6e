/** What was sealed before a member came was never meant for it, and does not count as missing, whichever members are away (PROTOCOL §3). */
import { type ControlMessage, MEMBERSHIP_LOG, SEALED_BEFORE } from '@sotto/core/inside'
import { admissionsOf } from '@sotto/membership'
import { type EpochId, fromBase64url, type GroupId, LIMITS, type OperationId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 20_000
const HOUR_MS = 3_600_000

interface Fixtures {
  readonly story: Story
  readonly alice: Person
  readonly bob: Person
  readonly carol: Person
}

/** Bob sends two messages and is away when Alice admits Carol. */
async function awayWhenCarolCame({ direct = false, leaves = false } = {}): Promise<Fixtures> {
  const story = await beginStory({ direct })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  story.say(bob, 'one', 'two')
  story.pass(SOON_MS)
  if (leaves) {
    story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
    story.pass(SOON_MS)
    story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite = '' }) => (story.invite = invite))
  }
  bob.stop()
  story.join(carol)
  return { story, alice, bob, carol }
}

const unreadable = ({ story, carol }: Fixtures) => story.groupOf(carol)?.unreadable

it.each([{ direct: false }, { direct: true }, { direct: false, leaves: true }])(
  'a new member is told of no message that an author, away since, wrote before it came (%o)',
  async (options) => {
    const fixtures = await awayWhenCarolCame(options)
    // While the key is asked for, when no member answered, and after a start.
    for (const ms of [1_000, SOON_MS, 2 * HOUR_MS]) {
      fixtures.story.pass(ms)
      expect(unreadable(fixtures)).toEqual([])
    }
    fixtures.carol.stop()
    fixtures.carol.start()
    fixtures.story.pass(SOON_MS)
    expect(unreadable(fixtures)).toEqual([])
    expect(fixtures.story.texts(fixtures.carol)).toEqual([])
  },
)

it('a member admitted by such a new member is not told of it either', async () => {
  const { story, alice, carol } = await awayWhenCarolCame()
  const dave = story.enter('Dave')
  story.pass(SOON_MS)
  story.ask(carol, { kind: 'createInvite', group: story.group }, ({ invite = '' }) => (story.invite = invite))
  story.pass(SOON_MS)
  alice.stop()
  story.join(dave)
  story.pass(SOON_MS)
  expect(story.groupOf(dave)?.unreadable).toEqual([])
})

it('a message meant for a new member counts, although its author sealed under an earlier key', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  story.say(bob, 'one', 'two')
  story.pass(SOON_MS)
  story.lose(relayed('letter', bob, carol))
  story.join(carol)
  story.pass(2_000)
  story.say(bob, 'three')
  story.pass(2_000)
  bob.stop()
  expect(story.shows(alice, 'three')).toBe(true)
  expect(story.groupOf(carol)?.unreadable).toEqual([{ cause: 'keyNotYetReceived', count: 1, repairing: true }])
  story.pass(2 * HOUR_MS)
  expect(story.groupOf(carol)?.unreadable).toEqual([{ cause: 'senderUnreachable', count: 1, repairing: false }])
})

const claimTo = (story: Story, admitted: Person, about: Person): ControlMessage => {
  const log = admitted.rows.get(MEMBERSHIP_LOG, story.group)
  const [admission = new Uint8Array(32) as OperationId] = log === undefined ? [] : admissionsOf(log, admitted.device)
  const epoch = fromBase64url(story.groupOf(admitted)?.security.epoch ?? '') as EpochId
  return {
    kind: 'sealedBefore',
    group: fromBase64url(story.group) as GroupId,
    epoch,
    admission,
    received: [{ device: about.device, keyId: 999, iterations: [{ from: 0, to: LIMITS.rotateAfterMessages }] }],
  }
}

it('only the admitting device is believed about what was sealed before a new member', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  // Nothing was sent before, so that no member has reported anything of it either.
  story.gather(alice, bob, carol, dave)
  story.slip(dave, carol, [claimTo(story, carol, bob)])
  story.pass(SOON_MS)
  expect(carol.rows.scan(SEALED_BEFORE)).toEqual([])
  story.slip(alice, carol, [claimTo(story, carol, bob)])
  story.pass(SOON_MS)
  expect(carol.rows.scan(SEALED_BEFORE)).toHaveLength(1)
})

it('a later report of the admitting device is ignored: the messages may have been meant for both', async () => {
  const { story, alice, bob, carol } = await awayWhenCarolCame()
  story.pass(SOON_MS)
  const before = carol.rows.scan(SEALED_BEFORE).map(({ key }) => key)
  expect(before).not.toEqual([])
  story.slip(alice, carol, [claimTo(story, carol, bob)])
  story.pass(SOON_MS)
  expect(carol.rows.scan(SEALED_BEFORE).map(({ key }) => key)).toEqual(before)
})
