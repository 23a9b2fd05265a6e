/**
 * Two browsers, each behind a router of its own, and a relay on the internet between them. What their way to each other is follows from the routers
 * and from what the relay's operator offers; messages arrive whichever it is, and the app says it.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { type NatKind, type NatWorld, startNatWorld, whyNoNats } from '../fixtures/nat-world.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { type TurnServer, startTurnServer } from '../fixtures/turn-server.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type MemberElsewhere, startMemberElsewhere } from './support/member-elsewhere.ts'

const hindrance = wantedBrowsers().includes('chromium') ? whyNoNats() : 'Chromium is not among SOTTO_BROWSERS'
if (hindrance !== null) console.warn(`The story of browsers behind NATs was not run: ${hindrance}.`)

/** Free in a namespace of its own. */
const PORT = 4001
/** All tries to connect directly are over by then: the first four, with pauses and ever longer waits between them. */
const TRIED_MS = 15_000

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})
const own = <T extends { readonly remove: () => Promise<void> }>(each: T): T => {
  running.push(each)
  return each
}

interface Pair {
  readonly world: NatWorld
  readonly relay: RelayProcess
  readonly turn: TurnServer | null
  readonly members: readonly [MemberElsewhere, MemberElsewhere]
  readonly group: string
}

/** Alice and Bob at home, in a group at a relay on the internet. */
async function pairBehind(kind: NatKind, offers: { readonly turn?: true; readonly isPrivate?: true } = {}): Promise<Pair> {
  const world = own(await startNatWorld(kind, 2))
  const address = world.publicAddress
  const turn = offers.turn === true ? own(await startTurnServer({ address, port: 3478, prefix: world.prefix })) : null
  const relay = own(
    await startRelay({
      prefix: world.prefix,
      // A public address is announced only where it is said: no peer has confirmed it.
      port: PORT,
      extraArguments: [
        '--host',
        address,
        '--announce',
        `/ip4/${address}/tcp/${PORT}/ws`,
        ...(turn === null ? [] : ['--turn-url', turn.url, '--turn-secret-file', turn.secretFile]),
      ],
    }),
  )
  const [alice, bob] = await Promise.all(world.homes.map(async ({ prefix }, i) => own(await startMemberElsewhere(prefix, i === 0 ? 'Alice' : 'Bob'))))
  if (alice === undefined || bob === undefined) throw new Error('nobody is at home')
  await alice.ask({ kind: 'addRelay', address: relay.addresses()[0] ?? '' })
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  if (offers.isPrivate === true) await alice.ask({ kind: 'setAddressPrivacy', group, isOn: true })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await bob.ask({ kind: 'join', invite })
  await waitUntil('Bob is in', async () => (await bob.group(group))?.state === 'member')
  // Nobody is shown how a member is connected before that one allows it.
  for (const each of [alice, bob]) {
    await each.ask({ kind: 'setPrivacy', what: 'presence', isOn: true })
    await each.ask({ kind: 'active' })
  }
  return { world, relay, turn, members: [alice, bob], group }
}

const pathOf = async (member: MemberElsewhere, group: string): Promise<string | null | undefined> =>
  (await member.group(group))?.members.find(({ own: isOwn }) => !isOwn)?.connection

async function untilPath({ members, group }: Pair, path: 'direct' | 'turn' | 'relay'): Promise<void> {
  for (const each of members) await waitUntil(`connected: ${path}`, async () => (await pathOf(each, group)) === path)
}

async function talk({ members, group }: Pair): Promise<void> {
  const [alice, bob] = members
  for (const [one, other, text] of [
    [alice, bob, 'hello Bob'],
    [bob, alice, 'hello Alice'],
  ] as const) {
    await one.ask({ kind: 'send', group, text })
    await waitUntil(`“${text}” arrives`, async () => (await other.texts(group)).includes(text))
  }
}

/** What Alice is told in the list of members, and what the group's security says of her own way. */
async function untilSaid({ members: [alice], group }: Pair, ofBob: string, ofGroup: string): Promise<void> {
  await waitUntil(`the app says “${ofBob}”`, async () => (await alice.reads(`#/members/${group}`)).includes(ofBob))
  await waitUntil(`and “${ofGroup}”`, async () => (await alice.reads(`#/security/${group}`)).includes(ofGroup))
}

describe.skipIf(hindrance !== null)('two Chromiums behind', () => {
  it('port-preserving NATs connect directly, with the relay’s STUN alone, and go on when the relay is gone', async () => {
    const pair = await pairBehind('portPreserving')
    await untilPath(pair, 'direct')
    await untilSaid(pair, 'Here now, connected directly', 'Direct')
    await talk(pair)
    await pair.relay.kill()
    const [alice, bob] = pair.members
    await alice.ask({ kind: 'send', group: pair.group, text: 'without the relay' })
    await waitUntil('it arrives', async () => (await bob.texts(pair.group)).includes('without the relay'))
  })

  it('symmetric NATs go on through the relay', async () => {
    const pair = await pairBehind('symmetric')
    await untilPath(pair, 'relay')
    await talk(pair)
    await new Promise((resolve) => setTimeout(resolve, TRIED_MS))
    for (const each of pair.members) expect(await pathOf(each, pair.group)).toBe('relay')
    // They did try, at the relay's STUN server and at each other's router.
    for (const [i, home] of pair.world.homes.entries()) {
      const hosts = home.askedByUdp().map((each) => each.split(':')[0])
      expect(hosts).toEqual(expect.arrayContaining([pair.world.publicAddress, pair.world.homes[1 - i]?.address]))
    }
    await untilSaid(pair, 'Here now, through the relay', 'Through relay')
  })

  it('symmetric NATs connect through the TURN server that the operator names', async () => {
    const pair = await pairBehind('symmetric', { turn: true })
    await untilPath(pair, 'turn')
    await untilSaid(pair, 'Here now, connected through a TURN server', 'Through TURN server')
    await talk(pair)
    // And stay so.
    await new Promise((resolve) => setTimeout(resolve, TRIED_MS))
    for (const each of pair.members) expect(await pathOf(each, pair.group)).toBe('turn')
  })

  it('any NATs send no datagram where their group hides addresses, though STUN and TURN are there', async () => {
    const pair = await pairBehind('portPreserving', { turn: true, isPrivate: true })
    await untilPath(pair, 'relay')
    await talk(pair)
    await new Promise((resolve) => setTimeout(resolve, TRIED_MS))
    for (const each of pair.members) expect(await pathOf(each, pair.group)).toBe('relay')
    for (const home of pair.world.homes) expect(home.askedByUdp()).toEqual([])
    expect(pair.turn?.log()).not.toMatch(/session \d/)
    await untilSaid(pair, 'members never connect directly to one another', 'Through relay')
  })
})
