/** A file that lies at a real relay, between real engines: its author is gone before its reader comes, and the relay is killed in the middle. */
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { FILE_PATIENCE_MS, hashOf, readFile, sendFile, untilHere, untilLeft } from '../fixtures/files-talk.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

const MIB = 2 ** 20

/** Alice and Bob in a group; Bob is away. */
async function two(): Promise<{ readonly relay: RelayProcess; readonly alice: HeadlessProfile; readonly bob: HeadlessProfile; readonly group: string }> {
  const relay = await startRelay()
  running.push(relay)
  const [alice, bob] = [await startHeadlessProfile('Alice', { relays: relay.addresses() }), await startHeadlessProfile('Bob', { relays: relay.addresses() })]
  running.push(alice, bob)
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await bob.ask({ kind: 'setFetchedAtOnce', bytes: 64 * MIB })
  await bob.ask({ kind: 'join', invite })
  await bob.until('joined', () => (bob.group(group)?.state === 'member' ? true : undefined))
  await bob.stop()
  return { relay, alice, bob, group }
}

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

it('comes byte for byte though its author is gone', { timeout: 3 * FILE_PATIENCE_MS }, async () => {
  const { alice, bob, group } = await two()
  const bytes = new Uint8Array(randomBytes(6 * MIB + 12_345))
  const message = await sendFile(alice, group, bytes)
  await untilLeft(alice, group)
  await alice.stop()
  await bob.start()
  await untilHere(bob, group)
  expect(hashOf(await readFile(bob, group, message))).toBe(hashOf(bytes))
  expect([...alice.faults, ...bob.faults]).toEqual([])
})

it('comes byte for byte though the relay is killed while it is left, and while it is read', { timeout: 4 * FILE_PATIENCE_MS }, async () => {
  const { relay, alice, bob, group } = await two()
  const bytes = new Uint8Array(randomBytes(20 * MIB))
  const message = await sendFile(alice, group, bytes)
  await expect.poll(() => bytesIn(relay.folder), { timeout: FILE_PATIENCE_MS }).toBeGreaterThan(3 * MIB)
  await relay.kill()
  await relay.start()
  await untilLeft(alice, group)
  await alice.stop()
  await bob.start()
  await bob.until('some of it', () => ((bob.group(group)?.coming[0]?.bytesHere ?? 0) > 2 * MIB ? true : undefined), FILE_PATIENCE_MS)
  await relay.kill()
  expect(bob.group(group)?.coming[0]?.bytesHere).toBeLessThan(20 * MIB)
  await relay.start()
  await untilHere(bob, group)
  expect(hashOf(await readFile(bob, group, message))).toBe(hashOf(bytes))
  expect([...alice.faults, ...bob.faults]).toEqual([])
})
