/** A line of a few KiB a second: what is written goes once, on one connection, and arrives. */
import { createLibp2pNetwork } from '@sotto/transport'
import { afterEach, expect, it } from 'vitest'
import { type SlowLine, startSlowLine } from '../fixtures/slow-line.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

const TEXTS = 12
const TEXT_BYTES = 15_000
/** The line needs twelve seconds and more for all of it: many times an idle one's answer time. */
const BYTES_PER_SECOND = 16 * 1024
const PATIENCE_MS = 100_000

async function onLine(name: string, relay: string): Promise<{ readonly peer: HeadlessProfile; readonly line: SlowLine }> {
  const line = await startSlowLine(relay)
  running.push({ remove: line.stop })
  const peer = await startHeadlessProfile(name, { relays: [line.address] }, { createNetwork: () => createLibp2pNetwork({ webRTC: false }) })
  running.push(peer)
  return { peer, line }
}

it('large texts leave a slow line one after the other, on the existing connection, and hardly any byte twice', async () => {
  const relay = await startRelay()
  running.push(relay)
  const [address = ''] = relay.addresses()
  const [alice, bob] = [await onLine('Alice', address), await onLine('Bob', address)]
  const { group = '' } = await alice.peer.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.peer.ask({ kind: 'createInvite', group })
  await bob.peer.ask({ kind: 'join', invite })
  await bob.peer.until('joined', ({ groups }) => (groups[0]?.state === 'member' ? true : undefined))
  for (const { peer } of [alice, bob]) await peer.ask({ kind: 'send', group, text: `from ${peer.name}` })
  for (const { peer } of [alice, bob]) await peer.untilTexts(group, ['from Alice', 'from Bob'])

  const lines = [alice.line, bob.line]
  const connections = lines.map((line) => line.connections())
  const sentBytes = alice.line.upBytes()
  for (const line of lines) line.setBytesPerSecond(BYTES_PER_SECOND)
  const texts = Array.from({ length: TEXTS }, (_, i) => `${i} `.padEnd(TEXT_BYTES, 'x'))
  for (const text of texts) await alice.peer.ask({ kind: 'send', group, text })
  await bob.peer.untilTexts(group, texts, PATIENCE_MS)
  const isSent = (): Promise<boolean> => alice.peer.messages(group).then((all) => all.every(({ state }) => state !== 'sending'))
  await waitUntil('all are sent', isSent, PATIENCE_MS)

  expect(lines.map((line) => line.connections())).toEqual(connections)
  expect((alice.line.upBytes() - sentBytes) / (TEXTS * TEXT_BYTES)).toBeLessThan(1.5)
  for (const { peer } of [alice, bob]) expect(peer.faults).toEqual([])
})
