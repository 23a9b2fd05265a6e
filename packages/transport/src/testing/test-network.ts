/** The relays and peers of one test, which `stopAll` stops after it. */
import type { Libp2pNetworkOptions } from '../network.ts'
import { startTestPeer, type TestPeer } from './test-peer.ts'
import { startTinyRelay, type TinyRelay } from './tiny-relay.ts'

interface Running {
  readonly stop: () => Promise<void>
}

const running: Running[] = []

/** After each test: stops everything that the test started, newest first. */
export async function stopAll(): Promise<void> {
  for (const part of running.splice(0).reverse()) await part.stop()
}

/** Lets `stopAll` stop this too. */
export function stopLater<R extends Running>(part: R): R {
  running.push(part)
  return part
}

/** A relay of this test. */
export const relayed = async (options?: Parameters<typeof startTinyRelay>[0]): Promise<TinyRelay> => stopLater(await startTinyRelay(options))

/** A started network of this test. */
export async function peer(options?: Libp2pNetworkOptions): Promise<TestPeer> {
  const started = await startTestPeer(options)
  stopLater(started.network)
  return started
}

/** Both ends let the other learn their addresses. */
export function allowDirect(one: TestPeer, other: TestPeer): void {
  one.perform({ kind: 'allowDirect', peer: other.peer })
  other.perform({ kind: 'allowDirect', peer: one.peer })
}
