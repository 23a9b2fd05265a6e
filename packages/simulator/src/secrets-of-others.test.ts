/** A removed or departed member that knows the secret of an epoch all the same: what I6 is held against. */
import { GROUP, MEMBERSHIP_LOG } from '@sotto/core/inside'
import { type MembershipLog, resolve } from '@sotto/membership'
import { toBase64url } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { checkSecrets } from './secrets-of-others.ts'
import { beginStory, type Person, type Story } from './story/story.ts'

const SOON_MS = 20_000
const FAULT = 'I6: removed and departed members know every secret of the current epoch'

interface Scene {
  readonly story: Story
  readonly alice: Person
  readonly bob: Person
  readonly carol: Person
}

/** Alice lets Bob in, which no relay keeps and her disk forgets. */
async function beginForgotten(): Promise<Scene> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice', { losesAll: true }), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice)
  alice.syncDisk()
  const makeRoom = story.refuse((by, about) => by === alice && about === 'operation')
  story.join(bob)
  story.pass(SOON_MS)
  alice.die()
  makeRoom()
  alice.start()
  story.pass(SOON_MS)
  return { story, alice, bob, carol }
}

/** Then she lets Carol in by an operation in the same place, and Bob hears of that. */
async function forgetBob(): Promise<Scene> {
  const scene = await beginForgotten()
  const { story, alice, bob, carol } = scene
  story.join(carol)
  story.pass(SOON_MS)
  expect([alice, bob, carol].map((each) => story.groupOf(each)?.state)).toEqual(['member', 'removed', 'member'])
  return scene
}

/** What is wrong by a log, by default Alice’s, if all know the secrets of its epoch. */
function faults(
  { story, alice, bob, carol }: Scene,
  {
    forgetful = [alice],
    adversaries = [],
    isRelayTrue = true,
    log = alice.rows.get(MEMBERSHIP_LOG, story.group),
  }: { forgetful?: readonly Person[]; adversaries?: readonly Person[]; isRelayTrue?: boolean; log?: MembershipLog | undefined } = {},
): readonly string[] {
  if (log === undefined) throw new TypeError('no log')
  const roster = resolve(log)
  const violations: string[] = []
  const peers = [alice, bob, carol]
  const secretsOf = new Map(peers.map((peer) => [peer, new Set(roster.rekeyings.map(toBase64url))]))
  const world = { peers, adversaries, group: story.group, ledger: { secretsOf }, forgetful: new Set(forgetful), isRelayTrue }
  checkSecrets(world, roster, (what) => void violations.push(what))
  return violations
}

describe('a peer that knows the secret of the epoch and is out', () => {
  it('is no fault where the disk that let it in forgot it, and no member heard of it', async () => {
    expect(faults(await forgetBob())).toEqual([])
  })

  it('is a fault where no disk forgot it, another’s did, or it is an adversary', async () => {
    const scene = await forgetBob()
    expect(faults(scene, { forgetful: [] })).toEqual([FAULT])
    expect(faults(scene, { forgetful: [], isRelayTrue: false })).toEqual([FAULT])
    expect(faults(scene, { forgetful: [scene.carol] })).toEqual([FAULT])
    expect(faults(scene, { adversaries: [scene.bob] })).toEqual([FAULT])
  })

  it('is a fault where a member heard of it', async () => {
    const scene = await forgetBob()
    const { story, bob, carol } = scene
    const log = bob.rows.get(MEMBERSHIP_LOG, story.group)
    if (log === undefined) throw new TypeError('no log')
    carol.tamper((transaction) => transaction.put(MEMBERSHIP_LOG, [story.group], log))
    expect(faults(scene)).toEqual([FAULT])
  })

  it('is a fault where it does not know that it is out', async () => {
    const scene = await forgetBob()
    const { story, bob } = scene
    const row = bob.rows.get(GROUP, story.group)
    if (row === undefined) throw new TypeError('no group')
    bob.tamper((transaction) => transaction.put(GROUP, [story.group], { ...row, state: 'member' }))
    expect(faults(scene)).toEqual([FAULT])
  })

  it('is a fault where it left by itself, and no device forked', async () => {
    const scene = await beginForgotten()
    const { story, alice, bob, carol } = scene
    story.lose(({ by }) => by === bob)
    story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
    story.join(carol)
    story.pass(SOON_MS)
    expect([alice, bob, carol].map((each) => story.groupOf(each)?.state)).toEqual(['member', 'left', 'member'])
    expect(faults(scene)).toEqual([FAULT])
  })

  it('is a fault where it was never let in, whatever it has heard', async () => {
    const scene = await forgetBob()
    const { story, bob } = scene
    const [log, dave] = [bob.rows.get(MEMBERSHIP_LOG, story.group), story.enter('Dave')]
    if (log === undefined) throw new TypeError('no log')
    expect(faults({ ...scene, bob: dave })).toEqual([FAULT])
    dave.tamper((transaction) => transaction.put(MEMBERSHIP_LOG, [story.group], log))
    expect(faults({ ...scene, bob: dave })).toEqual([FAULT])
  })
})

/** Alice lets Carol in, removes her and leaves, and Bob hears nothing of it, or of the admission alone. `removed`: what Alice had before she left. */
async function keepBack({ hearsOfCarol = false, leaves = true } = {}): Promise<{ scene: Scene; removed: MembershipLog | undefined }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  if (hearsOfCarol) story.join(carol)
  story.lose(({ to }) => to === bob)
  if (!hearsOfCarol) story.join(carol)
  story.pass(SOON_MS)
  story.remove(alice, carol)
  story.pass(SOON_MS)
  const removed = alice.rows.get(MEMBERSHIP_LOG, story.group)
  if (leaves) story.ask(alice, { kind: 'leaveGroup', group: story.group, successor: bob.account })
  story.pass(SOON_MS)
  expect([alice, bob, carol].map((each) => story.groupOf(each)?.state)).toEqual([leaves ? 'left' : 'member', 'member', 'removed'])
  return { scene: { story, alice, bob, carol }, removed }
}

describe('a peer that knows the secret of the epoch, and was let in and removed beside the members', () => {
  const how = ({ story, bob, carol }: Scene) => ({ forgetful: [], adversaries: [carol], log: bob.rows.get(MEMBERSHIP_LOG, story.group) })

  it('is no fault where a relay lied, and who let it in is out too', async () => {
    const { scene } = await keepBack()
    expect(faults(scene, { ...how(scene), isRelayTrue: false })).toEqual([])
    expect(faults(scene, how(scene))).toEqual([FAULT])
  })

  it('is a fault where who let it in is a member', async () => {
    const { scene } = await keepBack({ leaves: false })
    expect(faults(scene, { ...how(scene), isRelayTrue: false })).toEqual([FAULT])
  })

  it('is a fault where a member heard that it was let in', async () => {
    const { scene, removed } = await keepBack({ hearsOfCarol: true })
    expect(faults(scene, { ...how(scene), isRelayTrue: false, log: removed })).toEqual([FAULT])
  })
})
