/** Whom an adversary made up, and who is a member all the same: what I22 is held against. */
import { addOperation, type MembershipLog, operationsInCausalOrder, resolve } from '@sotto/membership'
import { toBase64url } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { checkAddresses } from './entitlement.ts'
import { logOf } from './invariants.ts'
import { beginStory, type Person, type Story } from './story/story.ts'

const SOON_MS = 20_000
const FAULT = 'I22: a member is reached where an adversary said, or is one that it made up'

/** Alice’s group, where Mallory is a member. Eve stands for a person that Mallory made up: her inbox is where Mallory says. */
interface Scene {
  readonly story: Story
  readonly alice: Person
  readonly mallory: Person
  readonly eve: Person
}

async function begin(): Promise<Scene> {
  const story = await beginStory({ direct: false })
  const [alice, mallory, eve] = [story.enter('Alice'), story.enter('Mallory'), story.enter('Eve')]
  story.gather(alice, mallory)
  return { story, alice, mallory, eve }
}

function leave({ story, mallory }: Scene): void {
  story.ask(mallory, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
}

function makeNewLink({ story, alice }: Scene): void {
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
}

function logIn({ story }: Scene, of: Person): MembershipLog {
  const log = logOf(of, story.group)
  if (log === undefined) throw new TypeError(`${of.name} has no log`)
  return log
}

/** What is wrong with where members are reached, by a log. The members are those of Alice’s. */
function faults(scene: Scene, isMadeUp = true, log = logIn(scene, scene.alice), roster = resolve(logIn(scene, scene.alice))): readonly string[] {
  const { story, mallory, eve } = scene
  const devices = roster.members.flatMap((member) => (toBase64url(member.account) === eve.account ? member.devices : []))
  expect(devices).toHaveLength(1)
  const violations: string[] = []
  const claims = {
    adversaries: [mallory],
    claimedInboxes: new Set(devices.map(({ inbox }) => toBase64url(inbox.readKey))),
    madeUp: new Map(isMadeUp ? [[eve.account, mallory]] : []),
    primitives: story.primitives,
  }
  checkAddresses(claims, log, roster, (what) => void violations.push(what))
  return violations
}

describe('a member whom a former member made up', () => {
  it('is no fault by a link that was made when that one was out, whatever becomes of it', async () => {
    const scene = await begin()
    leave(scene)
    makeNewLink(scene)
    scene.story.join(scene.mallory)
    scene.story.join(scene.eve)
    expect(faults(scene)).toEqual([])
    leave(scene)
    expect(faults(scene)).toEqual([])
  })

  it('is a fault by a link from before', async () => {
    const scene = await begin()
    scene.story.join(scene.eve)
    leave(scene)
    expect(faults(scene)).toEqual([FAULT])
  })

  it('is a fault by a link that a later departure closed', async () => {
    const scene = await begin()
    const { story, alice, mallory, eve } = scene
    leave(scene)
    makeNewLink(scene)
    story.join(mallory)
    story.lose(({ by }) => by === mallory)
    leave(scene)
    story.join(eve)
    // Alice would take the admission back if she heard of that departure.
    const departure = operationsInCausalOrder(logIn(scene, mallory)).findLast(({ unsigned }) => unsigned.body.kind === 'leave')
    if (departure === undefined) throw new TypeError('Mallory did not leave')
    const { log, outcome } = addOperation(story.primitives, logIn(scene, alice), departure)
    expect(outcome).toBe('added')
    expect([faults(scene), faults(scene, true, log)]).toEqual([[], [FAULT]])
  })
})

it('a member whom one made up whose device is in two hands is no fault: that closes no link', async () => {
  const scene = await begin()
  scene.story.join(scene.eve)
  expect(faults(scene)).toEqual([FAULT])
  const log = logIn(scene, scene.alice)
  const roster = resolve(log)
  const members = roster.members.map((each) => (toBase64url(each.account) === scene.mallory.account ? { ...each, devices: [] } : each))
  expect(faults(scene, true, log, { ...roster, members })).toEqual([])
  expect(faults(scene, false, log, { ...roster, members })).toEqual([FAULT])
})

it('a member whom nobody made up is a fault where a former member said, by whatever link', async () => {
  const scene = await begin()
  leave(scene)
  makeNewLink(scene)
  scene.story.join(scene.eve)
  expect(faults(scene, false)).toEqual([FAULT])
})
