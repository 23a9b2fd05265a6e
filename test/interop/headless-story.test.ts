/** The main story with headless peers: the real engine, storage, network and relay, without a browser. */
import { afterEach, describe, expect, it } from 'vitest'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

async function setUp(): Promise<{ relay: RelayProcess; peer: (name: string) => Promise<HeadlessProfile> }> {
  const relay = await startRelay()
  running.push(relay)
  return {
    relay,
    peer: async (name) => {
      const peer = await startHeadlessProfile(name, { relays: relay.addresses() })
      running.push(peer)
      return peer
    },
  }
}

const joined = (peer: HeadlessProfile, group: string) =>
  peer.until('joined', ({ groups }) => (groups.find((each) => each.id === group)?.state === 'member' ? true : undefined))

describe('three headless peers and a relay', () => {
  it('talk in all directions, directly when the relay is gone, and a removed one receives no more', async () => {
    const { relay, peer } = await setUp()
    const [alice, bob, carol] = [await peer('Alice'), await peer('Bob'), await peer('Carol')]
    const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
    const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
    for (const each of [bob, carol]) {
      await each.ask({ kind: 'join', invite })
      await joined(each, group)
    }
    // What a member writes before it knows of another is not for that one.
    for (const each of [alice, bob, carol]) await each.until('three members', ({ groups }) => (groups[0]?.members.length === 3 ? true : undefined))
    expect(bob.group(group)?.title).toBe('Desk')
    for (const each of [alice, bob, carol]) await each.ask({ kind: 'send', group, text: `from ${each.name}` })
    for (const each of [alice, bob, carol]) await each.untilTexts(group, ['from Alice', 'from Bob', 'from Carol'])

    for (const each of [alice, bob, carol]) {
      await each.ask({ kind: 'setPrivacy', what: 'presence', isOn: true })
      await each.ask({ kind: 'active' })
    }
    for (const each of [alice, bob, carol]) {
      await each.until('direct', ({ groups }) => (groups[0]?.members.filter((member) => member.connection === 'direct').length === 2 ? true : undefined))
    }
    await relay.kill()
    await alice.until('offline', ({ relays }) => (relays[0]?.state === 'unreachable' ? true : undefined))
    await bob.ask({ kind: 'send', group, text: 'without a relay' })
    for (const each of [alice, carol]) await each.untilTexts(group, ['without a relay'])
    await relay.start()

    const account = carol.view().profile?.account ?? ''
    await alice.ask({ kind: 'removeMember', group, account })
    await carol.until('removed', ({ groups }) => (groups[0]?.state === 'removed' ? true : undefined))
    await alice.ask({ kind: 'send', group, text: 'after the removal' })
    await bob.untilTexts(group, ['after the removal'])
    expect(await carol.texts(group)).not.toContain('after the removal')

    // Who could read each message, as each of them is told.
    const readers = async (peer: HeadlessProfile, text: string) => {
      const message = (await peer.messages(group)).find(({ body }) => body.kind === 'text' && body.text === text)
      const { details } = await peer.ask({ kind: 'messageDetails', group, message: message?.id ?? '' })
      return { basis: details?.basis, names: details?.readers.map((each) => (each.isMember ? each.name : `${each.name}, gone`)).toSorted() }
    }
    expect(await readers(bob, 'from Bob')).toEqual({ basis: 'keys', names: ['Alice', 'Bob', 'Carol, gone'] })
    expect(await readers(alice, 'from Bob')).toEqual({ basis: 'log', names: ['Alice', 'Bob', 'Carol, gone'] })
    expect(await readers(alice, 'after the removal')).toEqual({ basis: 'keys', names: ['Alice', 'Bob'] })
    expect(await readers(bob, 'after the removal')).toEqual({ basis: 'log', names: ['Alice', 'Bob'] })
    expect(await bob.refusal({ kind: 'messageDetails', group, message: 'none' })).toBe('unknownMessage')
    for (const each of [alice, bob, carol]) expect(each.faults).toEqual([])
  })
})

describe('a relay that is not there when a peer starts', () => {
  it('is shown as unreachable, and as connected when it comes', async () => {
    const { relay, peer } = await setUp()
    await relay.kill()
    const alice = await peer('Alice')
    await alice.until('unreachable', ({ relays }) => (relays[0]?.state === 'unreachable' ? true : undefined))
    await relay.start()
    await alice.until('connected', ({ relays }) => (relays[0]?.state === 'connected' ? true : undefined))
    expect(alice.faults).toEqual([])
  })
})
