/**
 * The code in the engine's page of an extension that tests the libp2p adapter there: bundled by `transport.test.ts`,
 * which calls it. Every call takes and returns JSON.
 */
import type { NetworkEffect, NetworkEvent } from '@sotto/engine'
import { type ConnectionDescription, createLibp2pNetwork } from '@sotto/transport'

/** An event with its bytes as numbers, so that it survives JSON, and its time (`performance.now()`). */
export type HeardEvent = { readonly kind: NetworkEvent['kind']; readonly atMs: number } & Record<string, unknown>

export interface RtcDescription {
  readonly state: string
  readonly iceServers: number
}

export interface TransportPage {
  /** Starts the network and returns its peer id. */
  readonly start: () => Promise<string>
  /** `frame` and `data` as lists of numbers. */
  readonly perform: (effect: object) => null
  /** All events so far. */
  readonly heard: () => readonly HeardEvent[]
  readonly connections: () => readonly ConnectionDescription[]
  /** Every WebRTC connection that this page has made, as the browser sees it. */
  readonly rtc: () => readonly RtcDescription[]
  readonly now: () => number
  readonly stop: () => Promise<null>
}

const made: RTCPeerConnection[] = (globalThis as { madePeerConnections?: RTCPeerConnection[] }).madePeerConnections ?? []
const network = createLibp2pNetwork()
const events: HeardEvent[] = []

const withNumbers = (event: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(event).map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]))

const withBytes = (effect: object): NetworkEffect =>
  Object.fromEntries(
    Object.entries(effect).map(([name, value]) => [name, name === 'frame' || name === 'data' ? Uint8Array.from(value as number[]) : value]),
  ) as unknown as NetworkEffect

const page: TransportPage = {
  start: () =>
    new Promise((resolve, reject) => {
      network
        .start((event) => {
          events.push({ ...withNumbers(event), kind: event.kind, atMs: performance.now() })
          if (event.kind === 'networkStarted') resolve(event.ownPeer)
        })
        .catch(reject)
    }),
  perform: (effect) => {
    network.perform(withBytes(effect))
    return null
  },
  heard: () => events,
  connections: network.describeConnections,
  rtc: () => made.map((connection) => ({ state: connection.connectionState, iceServers: connection.getConfiguration().iceServers?.length ?? 0 })),
  now: () => performance.now(),
  stop: async () => {
    await network.stop()
    return null
  },
}

Object.assign(globalThis, { transportPage: page })
