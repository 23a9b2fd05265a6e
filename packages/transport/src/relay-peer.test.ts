/** Which peer may answer at a relay's address: the one it names, any where it names none, and what happens with another; and how fast it does. */
import { afterEach, expect, test } from 'vitest'
import { peer, relayed, stopAll } from './testing/test-network.ts'
import { startTinyRelay } from './testing/tiny-relay.ts'

afterEach(stopAll)

test('a relay is reached without its peer id, which it proves', async () => {
  const relay = await relayed()
  const alice = await peer()
  const [unnamed = ''] = relay.address.split('/p2p/')
  alice.perform({ kind: 'connectRelay', relay: unnamed })
  expect(await alice.until('relayOpened')).toMatchObject({ relay: unnamed, relayPeer: relay.peer })
})

test('a relay with another key than its address says is told apart from a missing one, and dialled again', async () => {
  const [relay, other, gone] = await Promise.all([relayed(), relayed(), startTinyRelay()])
  await gone.stop()
  const alice = await peer({ timing: { redialFirstMs: 10, redialMostMs: 20 } })
  const address = relay.address.replace(relay.peer, other.peer)
  alice.perform({ kind: 'connectRelay', relay: gone.address })
  alice.perform({ kind: 'connectRelay', relay: address })
  expect(await alice.until('relayIsAnother')).toEqual({ kind: 'relayIsAnother', relay: address })
  alice.forget()
  expect(await alice.until('relayIsAnother')).toEqual({ kind: 'relayIsAnother', relay: address })
  expect(alice.events.some((event) => event.kind === 'relayOpened')).toBe(false)
})

test('a peer id with one wrong letter names another relay', async () => {
  const relay = await relayed()
  const alice = await peer()
  const last = relay.peer.at(-1) === 'a' ? 'b' : 'a'
  alice.perform({ kind: 'connectRelay', relay: relay.address.slice(0, -1) + last })
  await alice.until('relayIsAnother')
})

test('how fast a relay answers is told once it is open, and not again while it stays about the same', async () => {
  const relay = await relayed()
  const alice = await peer({ timing: { pingEveryMs: 30 } })
  alice.perform({ kind: 'connectRelay', relay: relay.address })
  const { ms } = await alice.until('relayAnswered', (event) => event.relay === relay.address)
  expect(ms).toBeGreaterThanOrEqual(0)
  expect(Number.isInteger(ms)).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(alice.events.filter(({ kind }) => kind === 'relayAnswered')).toHaveLength(1)
})
