import { afterEach, expect, test } from 'vitest'
import { LIMITS } from '@sotto/wire'
import { patienceMs } from './line-watch.ts'
import type { NetworkTiming } from './timing.ts'
import { DEFAULT_TIMING } from './timing.ts'
import { startSlowLine, type SlowLine } from '../../../test/fixtures/slow-line.ts'
import { peer, relayed, stopAll, stopLater } from './testing/test-network.ts'
import { atRelay, type TestPeer } from './testing/test-peer.ts'

afterEach(stopAll)

async function onLine(timing: Partial<NetworkTiming>): Promise<{ readonly alice: TestPeer; readonly line: SlowLine }> {
  const relay = await relayed()
  const line = stopLater(await startSlowLine(relay.address))
  const alice = await peer({ webRTC: false, timing })
  await atRelay(alice, line.address)
  return { alice, line }
}

const frame = (number: number): Uint8Array => new Uint8Array(16 * 1024).fill(number)

test('a silence may last as long as the bytes before the ping need on a slow line, and never longer than a minute', () => {
  const { relayPingTimeoutMs, slowestBytesPerSecond, patienceMostMs } = DEFAULT_TIMING
  expect(patienceMs(DEFAULT_TIMING, relayPingTimeoutMs, 0)).toBe(relayPingTimeoutMs)
  expect(patienceMs(DEFAULT_TIMING, relayPingTimeoutMs, 5 * slowestBytesPerSecond)).toBe(relayPingTimeoutMs + 5_000)
  expect(patienceMs(DEFAULT_TIMING, relayPingTimeoutMs, 2 ** 30)).toBe(patienceMostMs)
  expect(patienceMs({ ...DEFAULT_TIMING, patienceMostMs: 1 }, relayPingTimeoutMs, 2 ** 30)).toBe(relayPingTimeoutMs)
  // A relay that fell silent is found within fifteen seconds.
  expect(DEFAULT_TIMING.pingEveryMs + relayPingTimeoutMs).toBeLessThan(15_000)
  // Everything that a client has in flight at once is waited for at half the slow line's speed.
  expect(LIMITS.appendWindowBytes / slowestBytesPerSecond).toBeLessThan(patienceMostMs / 1_000)
})

test('a ping that waits behind our own bytes closes nothing, however long it waits', async () => {
  const { alice, line } = await onLine({ pingEveryMs: 50, relayPingTimeoutMs: 300, slowestBytesPerSecond: 8 * 1024 })
  const connections = line.connections()
  line.setBytesPerSecond(32 * 1024)
  // Two seconds of the line each way: the tiny relay sends each frame back.
  for (let i = 1; i <= 4; i++) alice.perform({ kind: 'sendRelayFrame', relay: line.address, frame: frame(i) })
  await alice.until('relayFrameReceived', (event) => event.frame[0] === 4, 30_000)
  expect(alice.events.filter(({ kind }) => kind === 'relayClosed')).toEqual([])
  expect(line.connections()).toBe(connections)
})

test('a line on which nothing moves is closed, and dialled again', async () => {
  const { alice, line } = await onLine({ pingEveryMs: 50, relayPingTimeoutMs: 300, redialMostMs: 300 })
  alice.forget()
  line.setBytesPerSecond(0)
  await alice.until('relayClosed')
  line.setBytesPerSecond(Number.POSITIVE_INFINITY)
  await alice.until('relayOpened')
})

test('a relay is pinged by the multiplexer: no stream is opened for it', async () => {
  const relay = await relayed({ hasPingProtocol: false })
  const alice = await peer({ webRTC: false, timing: { pingEveryMs: 50 } })
  await atRelay(alice, relay.address)
  await alice.until('relayAnswered')
})
