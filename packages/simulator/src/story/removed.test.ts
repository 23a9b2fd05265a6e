/** What arrives late from a removed member, and what that member keeps (PROTOCOL §6). */
import { type ControlMessage, EPOCH, KEY_RECIPIENT, OWN_KEY, SECRET, THEIR_KEY } from '@sotto/core/inside'
import { ownContext } from '@sotto/crypto'
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { Adversary } from '../adversaries/adversary.ts'
import { act } from '../adversaries/malicious-acts.ts'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 10_000

async function three(): Promise<{ story: Story; alice: Person; bob: Person; carol: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  return { story, alice, bob, carol }
}

it('a message sealed in time is shown although it arrives late, on the attestation of a member that had opened it', async () => {
  const { story, alice, bob, carol } = await three()
  // Bob is told of the removal in a letter, before the epoch's mailbox comes.
  const mailbox = [relayed('envelope', carol, bob), relayed('operation', alice, bob)]
  const release = story.holdBack((passing) => mailbox.some((matches) => matches(passing)))
  story.say(carol, 'in time')
  story.pass(SOON_MS)
  story.remove(alice, carol)
  story.pass(SOON_MS)
  expect([story.texts(alice), story.texts(bob)]).toEqual([['in time'], []])
  release()
  expect(story.msUntil(() => story.shows(bob, 'in time'), SOON_MS)).toBeLessThan(SOON_MS)
})

/** Carol is removed after she was heard, and her changed program continues to write under the key that it kept. Returns its owner and place. */
function writingOn({ story, alice, carol }: { readonly story: Story; readonly alice: Person; readonly carol: Person }): ReturnType<typeof ownContext> {
  story.say(carol, 'in time')
  story.pass(SOON_MS)
  const adversary = new Adversary(carol, {
    network: story.network,
    random: story.random,
    primitives: story.primitives,
    nowMs: () => story.nowMs,
    isRemoved: () => true,
    honestLog: () => undefined,
  })
  adversary.remember(story.group)
  const own = carol.rows.get(OWN_KEY, story.group)
  if (own === undefined) throw new TypeError('Carol has a key')
  story.remove(alice, carol)
  story.pass(SOON_MS)
  act(adversary, 'poolLate', story.group)
  return ownContext(own.key)
}

it('what a removed member writes under the key that all members have is opened by none', async () => {
  const { story, alice, bob, carol } = await three()
  writingOn({ story, alice, carol })
  // Time enough to ask every member, and again.
  story.pass(60_000)
  for (const each of [alice, bob]) {
    expect(story.texts(each)).toEqual(['in time'])
    expect(story.groupOf(each)?.unreadable).toMatchObject([{ cause: 'removedBeforeItWasSent', count: 5 }])
  }
})

it('a removed member attests nothing', async () => {
  const { story, alice, bob, carol } = await three()
  const { group, epoch, device, keyId } = writingOn({ story, alice, carol })
  const attestation: ControlMessage = { kind: 'attestation', group, epoch, keyId, device, iterations: [{ from: 0, to: 99 }] }
  story.slip(carol, bob, [attestation])
  story.pass(SOON_MS)
  expect(story.groupOf(bob)?.unreadable).toMatchObject([{ cause: 'removedBeforeItWasSent', count: 5 }])
  expect(story.texts(bob)).toEqual(['in time'])
})

it('a member that was not asked attests nothing', async () => {
  const { story, alice, bob, carol } = await three()
  const mallory = story.enter('Mallory')
  story.join(mallory)
  story.pass(SOON_MS)
  const { group, epoch, device, keyId } = writingOn({ story, alice, carol })
  expect(story.msUntil(() => (story.groupOf(bob)?.unreadable.length ?? 0) > 0, SOON_MS)).toBeLessThan(SOON_MS)
  // Bob has not asked for them yet.
  story.slip(mallory, bob, [{ kind: 'attestation', group, epoch, keyId, device, iterations: [{ from: 0, to: 99 }] }])
  story.pass(60_000)
  expect(story.texts(bob)).toEqual(['in time'])
  expect(story.groupOf(bob)?.unreadable).toMatchObject([{ cause: 'removedBeforeItWasSent', count: 5 }])
})

it('what one member got in private from a removed member is shown by the others as unreachable', async () => {
  const isCarol = (name: string): boolean => name === 'Carol'
  const story = await beginStory({ direct: (by, to) => !isCarol(by) && !isCarol(to) })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  story.say(carol, 'zero')
  story.pass(SOON_MS)
  for (const each of [relayed('envelope', carol, alice), relayed('letter', carol, alice), relayed('envelope', carol, bob)]) story.lose(each)
  story.say(carol, 'one', 'two')
  story.pass(LIMITS.undeliveredMs + LIMITS.announceMs)
  expect(story.texts(bob)).toEqual(['zero', 'one', 'two'])
  story.remove(alice, carol)
  story.pass(3 * LIMITS.reconcileMs)
  expect(story.texts(alice)).toEqual(['zero'])
  expect(story.groupOf(alice)?.unreadable).toEqual([{ cause: 'senderUnreachable', count: 2, repairing: false }])
  expect(story.groupOf(bob)?.unreadable).toEqual([])
})

it('a removed member forgets every key of the group', async () => {
  const { story, alice, bob, carol } = await three()
  for (const each of [alice, bob, carol]) story.say(each, `from ${each.name}`)
  story.pass(SOON_MS)
  const { rows } = carol
  expect([rows.scan(OWN_KEY), rows.scan(EPOCH), rows.scan(SECRET), rows.scan(KEY_RECIPIENT), rows.scan(THEIR_KEY)].map(({ length }) => length)).toEqual([
    1, 1, 1, 2, 2,
  ])
  story.remove(alice, carol)
  story.pass(SOON_MS)
  const { rows: left } = carol
  expect([left.scan(OWN_KEY), left.scan(EPOCH), left.scan(SECRET), left.scan(KEY_RECIPIENT), left.scan(THEIR_KEY)]).toEqual([[], [], [], [], []])
})
