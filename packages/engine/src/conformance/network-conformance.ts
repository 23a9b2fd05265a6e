/**
 * What every adapter of the network port must keep, as cases that run anywhere. No framework, no clock, no randomness.
 * A case that never ends has failed: the caller limits its time.
 *
 * Invariants:
 *  1. the first event is `networkStarted`, with a peer id that no earlier start had; after `stop` there is no event.
 *  2. a relay's frames come between its `relayOpened` and its `relayClosed`, in the order in which they were sent.
 *     A relay that cannot be opened is reported closed once, and retried.
 *  3. a peer's frames come between its `peerOpened` and its `peerClosed`, in order and at most once.
 *  4. of two ends of a session exactly one is the initiator, also when both dialled.
 *  5. gossip reaches the peers that joined and were revealed to each other, and no others.
 *  6. `perform` never throws, whatever its argument and whenever it is called.
 *  7. a session becomes direct only while both ends allow it, and stays where it is otherwise.
 */
import type { NetworkEffect, NetworkEvent, NetworkPort } from '../ports.ts'
import { assertSame, pattern } from './storage-cases.ts'

/** One place where networks can meet. Every case needs its own. */
export interface NetworkWorld {
  /** A relay that sends every mailbox frame back. */
  readonly relay: string
  /** A network that has not started yet. */
  readonly create: () => NetworkPort
}

export interface NetworkCase {
  /** A sentence. */
  readonly name: string
  /** Rejects with what is wrong. */
  readonly run: (world: NetworkWorld) => Promise<void>
}

type EventOf<K extends NetworkEvent['kind']> = Extract<NetworkEvent, { readonly kind: K }>

/** A started network and its events, oldest first. */
interface Heard {
  readonly port: NetworkPort
  readonly peer: string
  readonly events: readonly NetworkEvent[]
  readonly of: <K extends NetworkEvent['kind']>(kind: K) => readonly EventOf<K>[]
  /** Resolves as soon as this holds of the events. */
  readonly until: (holds: () => boolean) => Promise<void>
}

export const NETWORK_CASES: readonly NetworkCase[] = [
  {
    name: 'each start reports a new peer id first, and nothing is reported after a stop',
    run: async (world) => {
      const [first, second] = [await start(world), await start(world)]
      assertSame(
        [first, second].map(({ events }) => events[0]?.kind),
        ['networkStarted', 'networkStarted'],
      )
      if (first.peer === second.peer) throw new Error('two starts have one peer id')
      await atRelay(first, world)
      await first.port.stop()
      const said = first.events.length
      first.port.perform({ kind: 'connectRelay', relay: world.relay })
      await atRelay(second, world)
      assertSame(first.events.length, said)
      await second.port.stop()
    },
  },
  {
    name: 'frames to and from a relay keep their order, and end with the connection',
    run: async (world) => {
      const alice = await start(world)
      await atRelay(alice, world)
      const frames = [pattern(1, 1), pattern(2, 64 * 1024), pattern(3, 200)]
      for (const frame of frames) alice.port.perform({ kind: 'sendRelayFrame', relay: world.relay, frame })
      await alice.until(() => alice.of('relayFrameReceived').length === frames.length)
      assertSame(
        alice.of('relayFrameReceived').map(({ frame }) => frame),
        frames,
      )
      alice.port.perform({ kind: 'disconnectRelay', relay: world.relay })
      await alice.until(() => alice.of('relayClosed').length === 1)
      await alice.port.stop()
    },
  },
  {
    name: 'an unreachable relay and a malformed address are reported closed',
    run: async (world) => {
      const alice = await start(world)
      const nowhere = ['/ip4/127.0.0.1/tcp/1/ws', 'not an address']
      for (const relay of nowhere) alice.port.perform({ kind: 'connectRelay', relay })
      await alice.until(() => nowhere.every((relay) => alice.of('relayClosed').some((closed) => closed.relay === relay)))
      assertSame(alice.of('relayOpened'), [])
      await atRelay(alice, world)
      await alice.port.stop()
    },
  },
  {
    name: 'frames between peers keep their order both ways, from the start and while the path changes',
    run: async (world) => {
      const [alice, bob] = await pair(world)
      allowDirect(alice, bob)
      let sent = 0
      for (; sent < 200 || !isDirect(alice) || !isDirect(bob); sent++) {
        sendNumber(alice, bob, sent)
        sendNumber(bob, alice, sent)
        if (sent % 10 === 9) await alice.until(() => numbers(alice).length > sent - 10)
      }
      await alice.until(() => numbers(alice).length === sent)
      await bob.until(() => numbers(bob).length === sent)
      const all = Array.from({ length: sent }, (_, i) => i)
      assertSame([numbers(alice), numbers(bob)], [all, all])
      assertSame([...alice.of('peerClosed'), ...bob.of('peerClosed')], [])
      await stopAll(alice, bob)
    },
  },
  {
    name: 'when both dial they agree on one session with one initiator',
    run: async (world) => {
      const [alice, bob] = [await start(world), await start(world)]
      const [toAlice, toBob] = [await atRelay(alice, world), await atRelay(bob, world)]
      alice.port.perform({ kind: 'dialPeer', peer: bob.peer, addresses: toBob })
      bob.port.perform({ kind: 'dialPeer', peer: alice.peer, addresses: toAlice })
      await Promise.all([alice.until(() => alice.of('peerOpened').length > 0), bob.until(() => bob.of('peerOpened').length > 0)])
      sendNumber(alice, bob, 1)
      sendNumber(bob, alice, 2)
      await Promise.all([alice.until(() => numbers(alice).includes(2)), bob.until(() => numbers(bob).includes(1))])
      const initiators = [alice, bob].map((each) => each.of('peerOpened').at(-1)?.initiator)
      assertSame(initiators.toSorted(), [false, true])
      await stopAll(alice, bob)
    },
  },
  {
    name: 'the other side is told of a hang-up and of a stop',
    run: async (world) => {
      const [alice, bob] = await pair(world)
      alice.port.perform({ kind: 'hangUpPeer', peer: bob.peer })
      await Promise.all([alice, bob].map((each) => each.until(() => each.of('peerClosed').length === 1)))
      alice.port.perform({ kind: 'dialPeer', peer: bob.peer, addresses: addresses(bob) })
      await bob.until(() => bob.of('peerOpened').length === 2)
      await alice.port.stop()
      await bob.until(() => bob.of('peerClosed').length === 2)
      await bob.port.stop()
    },
  },
  {
    name: 'gossip reaches peers that joined and were revealed, and no others',
    run: async (world) => {
      const [alice, bob] = await pair(world)
      const carol = await start(world)
      await atRelay(carol, world)
      alice.port.perform({ kind: 'dialPeer', peer: carol.peer, addresses: addresses(carol) })
      await Promise.all([alice.until(() => alice.of('peerOpened').length === 2), carol.until(() => carol.of('peerOpened').length === 1)])
      for (const each of [bob, carol]) allowDirect(alice, each)
      await Promise.all([bob, carol].map((each) => each.until(() => isDirect(each))))
      for (const each of [alice, bob, carol]) each.port.perform({ kind: 'joinTopic', topic: 'topic' })
      alice.port.perform({ kind: 'revealTopic', topic: 'topic', peer: bob.peer })
      bob.port.perform({ kind: 'revealTopic', topic: 'topic', peer: alice.peer })
      carol.port.perform({ kind: 'revealTopic', topic: 'topic', peer: alice.peer })
      // Gossip may lose the first messages: each round trip of a frame sends another one.
      for (let i = 0; bob.of('gossipReceived').length === 0; i++) {
        alice.port.perform({ kind: 'publish', topic: 'topic', data: pattern(i, 100) })
        for (const each of [bob, carol]) {
          sendNumber(alice, each, i)
          await each.until(() => numbers(each).includes(i))
        }
      }
      assertSame(bob.of('gossipReceived')[0]?.topic, 'topic')
      assertSame([...carol.of('gossipReceived'), ...alice.of('gossipReceived')], [])
      await stopAll(alice, bob, carol)
    },
  },
  {
    name: 'a session that only one of its ends allows to be direct stays with the relay, while another becomes direct',
    run: async (world) => {
      const alice = await start(world)
      await atRelay(alice, world)
      const others = [await start(world), await start(world), await start(world)] as const
      for (const each of others) alice.port.perform({ kind: 'dialPeer', peer: each.peer, addresses: await atRelay(each, world) })
      await Promise.all(others.map((each) => each.until(() => each.of('peerOpened').length === 1)))
      await alice.until(() => alice.of('peerOpened').length === others.length)
      const [trusting, trusted, friend] = others
      trusting.port.perform({ kind: 'allowDirect', peer: alice.peer })
      alice.port.perform({ kind: 'allowDirect', peer: trusted.peer })
      allowDirect(alice, friend)
      await friend.until(() => isDirect(friend))
      for (const each of [trusting, trusted]) {
        sendNumber(alice, each, 1)
        await each.until(() => numbers(each).includes(1))
        assertSame(each.of('peerPathChanged'), [])
      }
      trusted.port.perform({ kind: 'allowDirect', peer: alice.peer })
      await trusted.until(() => isDirect(trusted))
      await stopAll(alice, ...others)
    },
  },
  {
    name: 'no effect throws, before the start, in between or after the stop',
    run: async (world) => {
      const port = world.create()
      const effects: readonly NetworkEffect[] = [
        { kind: 'connectRelay', relay: 'not an address' },
        { kind: 'disconnectRelay', relay: 'nowhere' },
        { kind: 'sendRelayFrame', relay: 'nowhere', frame: pattern(1, 1024 * 1024) },
        { kind: 'dialPeer', peer: 'nobody', addresses: ['', '/', '/p2p-circuit', 'nonsense'] },
        { kind: 'hangUpPeer', peer: 'nobody' },
        { kind: 'sendPeerFrame', peer: 'nobody', frame: new Uint8Array() },
        { kind: 'allowDirect', peer: 'nobody' },
        { kind: 'forbidDirect', peer: 'nobody' },
        { kind: 'joinTopic', topic: 'topic' },
        { kind: 'revealTopic', topic: 'topic', peer: 'nobody' },
        { kind: 'publish', topic: 'topic', data: new Uint8Array() },
        { kind: 'leaveTopic', topic: 'never joined' },
      ]
      for (const effect of effects) port.perform(effect)
      await port.start(() => {})
      for (const effect of effects) port.perform(effect)
      await port.stop()
      for (const effect of effects) port.perform(effect)
    },
  },
]

async function start(world: NetworkWorld): Promise<Heard> {
  const port = world.create()
  const events: NetworkEvent[] = []
  const waiting = new Set<() => void>()
  await port.start((event) => {
    events.push(event)
    for (const look of waiting) look()
  })
  const of = <K extends NetworkEvent['kind']>(kind: K) => events.filter((event): event is EventOf<K> => event.kind === kind)
  const [started] = of('networkStarted')
  if (started === undefined) throw new Error('a network started without an event')
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { port, peer: started.ownPeer, events, of, until }
}

/** The addresses that a network last reported for itself. */
const addresses = (heard: Heard): readonly string[] =>
  heard.events.flatMap((event) => (event.kind === 'relayOpened' || event.kind === 'addressesChanged' ? [event.ownAddresses] : [])).at(-1) ?? []

async function atRelay(heard: Heard, world: NetworkWorld): Promise<readonly string[]> {
  heard.port.perform({ kind: 'connectRelay', relay: world.relay })
  await heard.until(() => heard.of('relayOpened').length > 0 && addresses(heard).length > 0)
  return addresses(heard)
}

async function pair(world: NetworkWorld): Promise<readonly [Heard, Heard]> {
  const [alice, bob] = [await start(world), await start(world)]
  await atRelay(alice, world)
  alice.port.perform({ kind: 'dialPeer', peer: bob.peer, addresses: await atRelay(bob, world) })
  await Promise.all([alice, bob].map((each) => each.until(() => each.of('peerOpened').length === 1)))
  assertSame(
    [alice, bob].map((each) => each.of('peerOpened')[0]?.initiator),
    [true, false],
  )
  return [alice, bob]
}

/** Both ends let the other learn their addresses. */
function allowDirect(one: Heard, other: Heard): void {
  one.port.perform({ kind: 'allowDirect', peer: other.peer })
  other.port.perform({ kind: 'allowDirect', peer: one.peer })
}

const isDirect = (heard: Heard): boolean => [...heard.of('peerOpened'), ...heard.of('peerPathChanged')].some(({ path }) => path === 'direct')

function sendNumber(from: Heard, to: Heard, number: number): void {
  const frame = pattern(number, 300)
  new DataView(frame.buffer).setUint32(0, number)
  from.port.perform({ kind: 'sendPeerFrame', peer: to.peer, frame })
}

/** The numbers of the frames that peers sent, in order. */
const numbers = (heard: Heard): readonly number[] =>
  heard.of('peerFrameReceived').map(({ frame }) => new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0))

const stopAll = async (...all: readonly Heard[]): Promise<void> => {
  await Promise.all(all.map(({ port }) => port.stop()))
}
