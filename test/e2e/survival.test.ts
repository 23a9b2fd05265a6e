/**
 * One conversation that survives what can happen to browsers and relays. After each event a message goes both ways. At the
 * end every message is there, once and on both sides.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChromiumProfile } from '../fixtures/chromium.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

const PASSPHRASE = 'correct horse battery'

describe('a conversation of two', () => {
  const said: string[] = []
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice', PASSPHRASE), startMember('chromium', 'Bob')])
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  const say = async (from: Member, text: string): Promise<void> => {
    await from.ask({ kind: 'send', group, text })
    said.push(text)
  }
  const reads = (reader: Member, text: string): Promise<unknown> =>
    waitUntil(`${reader.name} reads “${text}”`, async () => (await reader.texts(group)).includes(text), LONG_PATIENCE_MS)
  const talk = async (after: string): Promise<void> => {
    await say(alice, `Alice, ${after}`)
    await reads(bob, `Alice, ${after}`)
    await say(bob, `Bob, ${after}`)
    await reads(alice, `Bob, ${after}`)
  }
  const unlock = async (): Promise<void> => {
    await waitUntil('Alice is asked for her passphrase', async () => (await alice.view()).phase === 'locked')
    await alice.ask({ kind: 'unlock', passphrase: PASSPHRASE })
    await waitUntil('Alice is unlocked', async () => (await alice.view()).phase === 'ready')
  }
  const profileOfAlice = (): ChromiumProfile => alice.profile as ChromiumProfile

  it('begins with an invite that was pasted while no member was there to admit anyone', async () => {
    await alice.ask({ kind: 'addRelay', address: relay.addresses()[0] ?? '' })
    group = (await alice.ask({ kind: 'createGroup', title: 'Desk' })).group ?? ''
    const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
    await alice.away('stop')
    await bob.ask({ kind: 'join', invite })
    await waitUntil('Bob waits for a person', async () => (await bob.group(group))?.join?.step === 'waiting')
    await bob.page().click({ role: 'link', nameIncludes: 'Joining a group' })
    await bob.page().waitForText(/Nobody who can let you in is online/)
    await alice.back()
    await unlock()
    await waitUntil('Bob is in', async () => (await bob.group(group))?.state === 'member', LONG_PATIENCE_MS)
    await talk('at the beginning')
  })

  it('continues after a lock and unlock, with the messages sent meanwhile', async () => {
    await alice.ask({ kind: 'lock' })
    await waitUntil('Alice is locked', async () => (await alice.view()).phase === 'locked')
    await say(bob, 'said to a locked vault')
    await unlock()
    await reads(alice, 'said to a locked vault')
    await talk('after the lock')
  })

  it('continues after the engine was closed in between', async () => {
    await say(alice, 'on the way when the engine closes')
    await profileOfAlice().closeEnginePage()
    await say(bob, 'said to a closed engine')
    await unlock()
    await reads(alice, 'said to a closed engine')
    await reads(bob, 'on the way when the engine closes')
    await talk('after the engine')
  })

  it('is not affected by a stop of the worker', async () => {
    const before = await profileOfAlice().evaluateInEngine('performance.timeOrigin')
    await profileOfAlice().stopWorker()
    await talk('after the worker')
    expect(await profileOfAlice().evaluateInEngine('performance.timeOrigin')).toBe(before)
  })

  it('continues after the browser was killed', async () => {
    await say(alice, 'on the way when the browser is killed')
    await alice.away('kill')
    await say(bob, 'said to a killed browser')
    await alice.back()
    await unlock()
    await reads(alice, 'said to a killed browser')
    await reads(bob, 'on the way when the browser is killed')
    await talk('after the kill')
  })

  it('continues after the relay was killed and started again', async () => {
    await relay.kill()
    await say(alice, 'said without a relay')
    await relay.start()
    await reads(bob, 'said without a relay')
    await talk('after the relay')
  })

  it('contains every message ever sent, once', async () => {
    for (const each of [alice, bob]) expect((await each.texts(group)).toSorted(), each.name).toEqual(said.toSorted())
    await waitUntil('nothing is left to send', async () =>
      (await Promise.all([alice, bob].map((each) => each.messages(group)))).flat().every(({ state }) => state !== 'sending'),
    )
  })
})
