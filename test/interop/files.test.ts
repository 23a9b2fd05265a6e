/** A file between real engines over the real network: sealed on one disk, fetched to others, from whichever member has it. */
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { FILE_PATIENCE_MS, hashOf, readFile, sendFile, untilHere } from '../fixtures/files-talk.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

const MIB = 2 ** 20
async function three(): Promise<{ readonly peers: readonly HeadlessProfile[]; readonly group: string }> {
  // It keeps no files, so that each comes from members.
  const relay = await startRelay({ extraArguments: ['--file-mib', '0'] })
  running.push(relay)
  const peers: HeadlessProfile[] = []
  for (const name of ['Alice', 'Bob', 'Carol']) {
    const peer = await startHeadlessProfile(name, { relays: relay.addresses() })
    running.push(peer)
    peers.push(peer)
    await peer.ask({ kind: 'setFetchedAtOnce', bytes: 64 * MIB })
  }
  const [alice, ...others] = peers as [HeadlessProfile, ...HeadlessProfile[]]
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  for (const each of others) {
    await each.ask({ kind: 'join', invite })
    await each.until('joined', () => (each.group(group)?.state === 'member' ? true : undefined))
  }
  return { peers, group }
}

it('comes to everybody byte for byte, and to who was away from whom it came to', { timeout: 3 * FILE_PATIENCE_MS }, async () => {
  const { peers, group } = await three()
  const [alice, bob, carol] = peers as readonly [HeadlessProfile, HeadlessProfile, HeadlessProfile]
  await carol.stop()
  const bytes = new Uint8Array(randomBytes(6 * MIB + 12_345))
  const message = await sendFile(alice, group, bytes)
  await untilHere(bob, group)
  expect(hashOf(await readFile(bob, group, message))).toBe(hashOf(bytes))
  // The author is gone, and the file is not.
  await alice.stop()
  await carol.start()
  await untilHere(carol, group)
  expect(hashOf(await readFile(carol, group, message))).toBe(hashOf(bytes))
  // It is on the disk after a restart, and gone with the message.
  await bob.stop()
  await bob.start()
  await bob.until('ready', ({ phase }) => (phase === 'ready' ? true : undefined))
  expect(hashOf(await readFile(bob, group, message))).toBe(hashOf(bytes))
  const chunks = (peer: HeadlessProfile): readonly string[] => readdirSync(join(peer.folder, 'chunks'))
  expect(chunks(bob)).toHaveLength(1)
  await bob.ask({ kind: 'deleteMessage', group, message, forAll: false })
  await expect.poll(() => chunks(bob)).toEqual([])
  expect(peers.flatMap(({ faults }) => faults)).toEqual([])
})

it('goes on where it was, when its reader stops in the middle', { timeout: 3 * FILE_PATIENCE_MS }, async () => {
  const { peers, group } = await three()
  const [alice, bob] = peers as readonly [HeadlessProfile, HeadlessProfile]
  const bytes = new Uint8Array(randomBytes(20 * MIB))
  const message = await sendFile(alice, group, bytes)
  const half = (): number => bob.group(group)?.coming[0]?.bytesHere ?? 0
  await bob.until('some of it', () => (half() > 2 * MIB ? true : undefined), FILE_PATIENCE_MS)
  await bob.stop()
  await bob.start()
  await bob.until('what it had', () => (half() > 2 * MIB ? true : undefined), FILE_PATIENCE_MS)
  await untilHere(bob, group)
  expect(hashOf(await readFile(bob, group, message))).toBe(hashOf(bytes))
  expect(peers.flatMap(({ faults }) => faults)).toEqual([])
})
