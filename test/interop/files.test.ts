/** A file between real engines over the real network: sealed on one disk, fetched to others, from whichever member has it. */
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fromBase64url, toBase64url } from '@sotto/wire'
import { afterEach, expect, it } from 'vitest'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

const MIB = 2 ** 20
/** A busy machine seals and sends some MiB in a second. */
const PATIENCE_MS = 120_000

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Attaches a file and sends it. Returns the message. */
async function send(peer: HeadlessProfile, group: string, bytes: Uint8Array): Promise<string> {
  const {
    file = '',
    pieceBytes = 1,
    pieces = 0,
  } = await peer.ask({ kind: 'attachFile', group, name: 'film.webm', mediaType: 'video/webm', sizeBytes: bytes.length })
  for (let piece = 0; piece < pieces; piece++)
    await peer.ask({ kind: 'attachPiece', group, file, piece, bytes: toBase64url(bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes)) })
  return (await peer.ask({ kind: 'send', group, text: 'the film', files: [file] })).message ?? ''
}

/** What a page reads of it. */
async function read(peer: HeadlessProfile, group: string, message: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (let at = 0; ; at += parts.at(-1)?.length ?? 0) {
    const { bytes = '' } = await peer.ask({ kind: 'readFile', group, message, number: 0, fromByte: at, toByte: Number.MAX_SAFE_INTEGER })
    const part = fromBase64url(bytes) ?? new Uint8Array()
    if (part.length === 0) return new Uint8Array(Buffer.concat(parts))
    parts.push(part)
  }
}

const stateAt = async (peer: HeadlessProfile, group: string): Promise<string | undefined> => {
  const body = (await peer.messages(group)).map((each) => each.body).find((each) => each.kind === 'text' && each.files.length > 0)
  return body?.kind === 'text' ? body.files[0]?.state : undefined
}

/** Until the file is whole: the group says so when its state changes. */
async function untilHere(peer: HeadlessProfile, group: string): Promise<void> {
  const deadlineMs = Date.now() + PATIENCE_MS
  while ((await stateAt(peer, group)) !== 'here') {
    const seen = peer.group(group)?.revision
    await peer.until('the file', () => (peer.group(group)?.revision === seen ? undefined : true), deadlineMs - Date.now())
  }
}

async function three(): Promise<{ readonly peers: readonly HeadlessProfile[]; readonly group: string }> {
  const relay = await startRelay()
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

it('comes to everybody byte for byte, and to who was away from whom it came to', { timeout: 3 * PATIENCE_MS }, async () => {
  const { peers, group } = await three()
  const [alice, bob, carol] = peers as readonly [HeadlessProfile, HeadlessProfile, HeadlessProfile]
  await carol.stop()
  const bytes = new Uint8Array(randomBytes(6 * MIB + 12_345))
  const message = await send(alice, group, bytes)
  await untilHere(bob, group)
  expect(hashOf(await read(bob, group, message))).toBe(hashOf(bytes))
  // The author is gone, and the file is not.
  await alice.stop()
  await carol.start()
  await untilHere(carol, group)
  expect(hashOf(await read(carol, group, message))).toBe(hashOf(bytes))
  // It is on the disk after a restart, and gone with the message.
  await bob.stop()
  await bob.start()
  await bob.until('ready', ({ phase }) => (phase === 'ready' ? true : undefined))
  expect(hashOf(await read(bob, group, message))).toBe(hashOf(bytes))
  const chunks = (peer: HeadlessProfile): readonly string[] => readdirSync(join(peer.folder, 'chunks'))
  expect(chunks(bob)).toHaveLength(1)
  await bob.ask({ kind: 'deleteMessage', group, message, forAll: false })
  await expect.poll(() => chunks(bob)).toEqual([])
  expect(peers.flatMap(({ faults }) => faults)).toEqual([])
})

it('goes on where it was, when its reader stops in the middle', { timeout: 3 * PATIENCE_MS }, async () => {
  const { peers, group } = await three()
  const [alice, bob] = peers as readonly [HeadlessProfile, HeadlessProfile]
  const bytes = new Uint8Array(randomBytes(20 * MIB))
  const message = await send(alice, group, bytes)
  const half = (): number => bob.group(group)?.coming[0]?.bytesHere ?? 0
  await bob.until('some of it', () => (half() > 2 * MIB ? true : undefined), PATIENCE_MS)
  await bob.stop()
  await bob.start()
  await bob.until('what it had', () => (half() > 2 * MIB ? true : undefined), PATIENCE_MS)
  await untilHere(bob, group)
  expect(hashOf(await read(bob, group, message))).toBe(hashOf(bytes))
  expect(peers.flatMap(({ faults }) => faults)).toEqual([])
})
