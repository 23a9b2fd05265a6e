/**
 * The libp2p adapter where it runs: in the engine's pages of two Chromium, with the real relay. Bytes go directly over
 * WebRTC, and continue to flow when the relay is dead.
 */
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChromiumProfile, startChromium } from '../fixtures/chromium.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import type { HeardEvent, TransportPage } from './transport-page.ts'

/** Keeps every WebRTC connection that the page makes, to ask the browser itself about it. */
const KEEP_PEER_CONNECTIONS = `{
  const Original = globalThis.RTCPeerConnection
  globalThis.madePeerConnections = []
  globalThis.RTCPeerConnection = class extends Original {
    constructor(...given) {
      super(...given)
      globalThis.madePeerConnections.push(this)
    }
  }
}`

const TOPIC = 'topic'

interface Member {
  readonly profile: ChromiumProfile
  readonly peer: string
  readonly call: <N extends keyof TransportPage>(name: N, ...values: Parameters<TransportPage[N]>) => Promise<Awaited<ReturnType<TransportPage[N]>>>
}

let relay: RelayProcess
let alice: Member
let bob: Member
let script: string
/** Set while a third browser runs. */
let carol: Member | undefined

beforeAll(async () => {
  script = await bundle(join(import.meta.dirname, 'transport-page.ts'))
  relay = await startRelay({ name: 'relay-of-transport' })
  ;[alice, bob] = await Promise.all([startMember('alice'), startMember('bob')])
})

afterAll(async () => {
  await Promise.all([alice, bob, carol].map((member) => member?.profile.remove()))
  await relay?.remove()
})

describe('two Chromium with one relay', () => {
  it('reach each other through the relay at once and directly soon after', async () => {
    const [address] = relay.addresses()
    for (const member of [alice, bob]) await member.call('perform', { kind: 'connectRelay', relay: address })
    await heard(alice, (event) => ownAddresses(event).length > 0)
    const there = await heard(bob, (event) => ownAddresses(event).length > 0)
    const dialledAtMs = await alice.call('now')
    await alice.call('perform', { kind: 'dialPeer', peer: bob.peer, addresses: ownAddresses(there) })
    const opened = await heard(alice, (event) => event.kind === 'peerOpened')
    await allowDirect(alice, bob)
    expect(opened).toMatchObject({ peer: bob.peer, path: 'relayed', initiator: true })
    const changed = await heard(alice, (event) => event.kind === 'peerPathChanged')
    expect(changed).toMatchObject({ peer: bob.peer, path: 'direct' })
    await heard(bob, (event) => event.kind === 'peerPathChanged')
    console.log(`dial to session ${Math.round(opened.atMs - dialledAtMs)} ms, to direct ${Math.round(changed.atMs - dialledAtMs)} ms`)
  })

  it('have one connection to each other, WebRTC that the browser reports as up, and contacted no server for it', async () => {
    for (const [member, other] of [[alice, bob] as const, [bob, alice] as const]) {
      const connections = await waitUntil('the circuit to be closed', async () => {
        const all = (await member.call('connections')).filter(({ peer }) => peer === other.peer)
        return all.length === 1 ? all : null
      })
      expect(connections).toMatchObject([{ kind: 'webrtc', direct: true, limited: false, carriesFrames: true }])
      const rtc = await member.call('rtc')
      expect(rtc.filter(({ state }) => state === 'connected')).toHaveLength(1)
      expect(rtc.every(({ iceServers }) => iceServers === 0)).toBe(true)
    }
  })

  it('exchange frames and gossip, also after the relay was killed', async () => {
    for (const [member, other] of [[alice, bob] as const, [bob, alice] as const]) {
      await member.call('perform', { kind: 'joinTopic', topic: TOPIC })
      await member.call('perform', { kind: 'revealTopic', topic: TOPIC, peer: other.peer })
    }
    await exchange(1)
    await relay.kill()
    await Promise.all([alice, bob].map((member) => heard(member, (event) => event.kind === 'relayClosed')))
    await exchange(2)
    expect((await alice.call('heard')).filter(({ kind }) => kind === 'peerClosed')).toEqual([])
  })

  it('reconnect to the relay by themselves when it is back', async () => {
    await relay.start()
    for (const member of [alice, bob]) {
      await waitUntil('the relay to be opened again', async () => (await member.call('heard')).filter(({ kind }) => kind === 'relayOpened').length === 2)
    }
  })

  it('part with a goodbye', async () => {
    await alice.call('stop')
    await heard(bob, (event) => event.kind === 'peerClosed' && event['peer'] === alice.peer)
  })

  it('notice soon when a browser is killed', async () => {
    carol = await startMember('carol')
    const { profile, peer } = carol
    const [address] = relay.addresses()
    await carol.call('perform', { kind: 'connectRelay', relay: address })
    const there = (await bob.call('heard')).filter((event) => ownAddresses(event).length > 0).at(-1)
    await carol.call('perform', { kind: 'dialPeer', peer: bob.peer, addresses: there === undefined ? [] : ownAddresses(there) })
    await heard(carol, (event) => event.kind === 'peerOpened')
    await allowDirect(carol, bob)
    await heard(bob, (event) => event.kind === 'peerPathChanged' && event['peer'] === peer)
    const killedAtMs = await bob.call('now')
    await profile.kill()
    const closed = await heard(bob, (event) => event.kind === 'peerClosed' && event['peer'] === peer)
    console.log(`noticed after ${Math.round(closed.atMs - killedAtMs)} ms`)
    // A ping every 3 s with 3 s for its answer, and time for a slow machine.
    expect(closed.atMs - killedAtMs).toBeLessThan(10_000)
  })
})

/** A frame and a gossip message each way, all marked. */
async function exchange(mark: number): Promise<void> {
  for (const [from, to] of [[alice, bob] as const, [bob, alice] as const]) {
    await from.call('perform', { kind: 'sendPeerFrame', peer: to.peer, frame: [mark, 1, 2, 3] })
    await heard(to, (event) => event.kind === 'peerFrameReceived' && bytesOf(event.frame)[0] === mark)
    let number = 0
    await waitUntil('gossip to arrive', async () => {
      await from.call('perform', { kind: 'publish', topic: TOPIC, data: [mark, number++, from === alice ? 0 : 1] })
      return (await to.call('heard')).some((event) => event.kind === 'gossipReceived' && bytesOf(event.data)[0] === mark)
    })
  }
}

/** Both ends let the other learn their addresses, as they do once they have proved an epoch. */
async function allowDirect(one: Member, other: Member): Promise<void> {
  await heard(other, (event) => event.kind === 'peerOpened' && event['peer'] === one.peer)
  await other.call('perform', { kind: 'allowDirect', peer: one.peer })
  await one.call('perform', { kind: 'allowDirect', peer: other.peer })
}

const bytesOf = (value: unknown): readonly number[] => value as readonly number[]

const ownAddresses = (event: HeardEvent): readonly string[] =>
  event.kind === 'relayOpened' || event.kind === 'addressesChanged' ? (event['ownAddresses'] as readonly string[]) : []

function heard(member: Member, holds: (event: HeardEvent) => boolean): Promise<HeardEvent> {
  return waitUntil('an event of the network', async () => (await member.call('heard')).find((event) => holds(event)) ?? null)
}

async function startMember(name: string): Promise<Member> {
  const profile = await startChromium({ name })
  await profile.evaluateInEngine(KEEP_PEER_CONNECTIONS)
  await profile.evaluateInEngine(script)
  const call: Member['call'] = async (method, ...values) => {
    const given = values.map((value) => JSON.stringify(value)).join(', ')
    return (await profile.evaluateInEngine(`transportPage.${method}(${given})`)) as never
  }
  return { profile, peer: await call('start'), call }
}

/** One script for a page, without imports. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2022', minify: true, lib: { entry, formats: ['iife'], name: 'transportBundle', fileName: 'page' } },
  })
  for (const output of Array.isArray(built) ? built : [built]) {
    if (!('output' in output)) continue
    const chunk = output.output.find((part) => part.type === 'chunk' && part.isEntry)
    if (chunk?.type !== 'chunk') continue
    console.log(`the adapter's bundle: ${Math.round(chunk.code.length / 1000)} kB`)
    return chunk.code
  }
  throw new Error(`${entry} was not bundled`)
}
