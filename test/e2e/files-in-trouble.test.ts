/** Files where something goes wrong while they come: the relay is gone, a disk changed what it kept, or is full. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileView } from '@sotto/engine/api'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { at, bytesOf, digest, messageIs, messageWith } from './support/files-of-members.ts'
import { give, noise } from './support/given-files.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const button = (name: string): Control => ({ role: 'button', name })
const LOG = { role: 'log', name: 'Messages' } as const
const MIB = 2 ** 20
/** More than what comes by itself. */
const LONG_BYTES = 6 * MIB

/** Files of a profile that are that long, in the folders where browsers keep an origin's files. */
const storedFiles = (folder: string, leastBytes: number): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /File System|[/\\]fs[/\\]?/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size >= leastBytes)

/** One byte in the middle of it is another. */
function damage(path: string): void {
  const bytes = readFileSync(path)
  const middle = bytes.length >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  writeFileSync(path, bytes)
}

/** Of all that a profile of Firefox may keep, one origin gets a fifth, bytes. */
const QUOTA_BYTES = 80 * MIB

/** Runs in the page: takes all room of the extension's on the disk but so much. */
async function leaveRoom(roomBytes: number): Promise<void> {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate()
  const file = await (await navigator.storage.getDirectory()).getFileHandle('ballast', { create: true })
  const writable = await file.createWritable()
  const block = new Uint8Array(2 ** 20)
  for (let left = quota - usage - roomBytes; left > 0; left -= block.length) await writable.write(block.subarray(0, left))
  await writable.close()
}

const giveRoom = (page: AppPage): Promise<void> => page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('ballast'), null)

const [browserOfAlice = 'chromium', browserOfBob = browserOfAlice] = wantedBrowsers()

describe(`Alice with ${browserOfAlice}, Bob with ${browserOfBob}, and Carol`, () => {
  const disk = makeTemporaryFolder('disk-of-bob')
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let carol: HeadlessProfile
  let group: string

  beforeAll(async () => {
    // It keeps no files, so that each comes from a member.
    relay = await startRelay({ extraArguments: ['--file-mib', '0'] })
    ;[alice, bob, carol] = await Promise.all([
      startMember(browserOfAlice, 'Alice'),
      startMember(browserOfBob, 'Bob', null, {
        folder: disk.path,
        preferences: { 'dom.quotaManager.temporaryStorage.fixedLimit': (5 * QUOTA_BYTES) / 1024 },
      }),
      startHeadlessProfile('Carol', { relays: relay.addresses() }),
    ])
    group = await meet(relay, alice, [bob])
    const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
    await carol.ask({ kind: 'join', invite })
    await carol.until('in', () => (carol.group(group)?.state === 'member' ? true : undefined))
    for (const each of [alice, bob]) await at(each.page(), group)
    for (const each of [alice, bob]) await each.page().waitFor({ role: 'textbox', name: 'Message' })
  })
  afterAll(async () => {
    await carol?.remove()
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
    disk.remove()
  })

  const sends = async (member: Member, name: string, seed: number): Promise<void> => {
    await give(member.page(), 'button', [{ name, type: '', bytes: { noise: LONG_BYTES, seed } }])
    await waitUntil('it is attached', async () => (await member.group(group))?.attachments[0]?.state === 'ready')
    await member.page().click(button('Send'))
  }
  const stateAt = async (member: Member, name: string): Promise<FileView['state'] | undefined> => (await messageWith(member, group, name))?.files[0]?.state
  const isWhole = async (member: Member, name: string, seed: number): Promise<void> => {
    const { message } = await messageIs(member, group, name, 'here', LONG_PATIENCE_MS)
    expect(digest(await bytesOf(member, group, message, 0, LONG_BYTES)), member.name).toBe(digest(noise(LONG_BYTES, seed)))
  }

  it('one comes to its end although the relay is gone', async () => {
    await sends(alice, 'notes.bin', 5)
    await messageIs(bob, group, 'notes.bin', 'waiting')
    await bob.page().click(button('Download notes.bin'))
    await waitUntil('some of it is here', async () => ((await bob.group(group))?.coming[0]?.bytesHere ?? 0) > 0)
    await relay.stop()
    await isWhole(bob, 'notes.bin', 5)
    await relay.start()
  })

  it('what a disk changed is not passed on, and comes again once a member has it', async () => {
    const { message } = await waitUntil('Carol has the message', async () => {
      const found = (await carol.messages(group)).find(({ body }) => body.kind === 'text' && body.files.length > 0)
      return found === undefined ? null : { message: found.id }
    })
    await carol.ask({ kind: 'fetchFile', group, message, number: 0 })
    await waitUntil('Carol has it', async () => {
      const body = (await carol.messages(group)).find(({ id }) => id === message)?.body
      return body?.kind === 'text' && body.files[0]?.state === 'here'
    })
    await carol.stop()
    await bob.away('stop')
    const stored = storedFiles(disk.path, LONG_BYTES / 2)
    expect(stored).toHaveLength(1)
    for (const path of stored) damage(path)
    await bob.back()
    await at(bob.page(), group)
    await alice.ask({ kind: 'cancelFile', group, message, number: 0 })
    await alice.page().click(button('Download notes.bin'))
    await waitUntil('Alice has all of it but what was changed', async () => ((await alice.group(group))?.coming[0]?.bytesHere ?? 0) > 0.9 * LONG_BYTES)
    await waitUntil('Bob knows', async () => (await stateAt(bob, 'notes.bin')) !== 'here')
    expect(await stateAt(alice, 'notes.bin')).toBe('coming')
    await carol.start()
    for (const each of [alice, bob]) await isWhole(each, 'notes.bin', 5)
  })

  // Chromium holds no extension to a quota for its files.
  const itWithQuota = it.runIf(browserOfBob === 'firefox')

  itWithQuota('a full disk keeps what came, says so, and has the rest once there is room; messages go on meanwhile', async () => {
    await sends(alice, 'film.bin', 6)
    await messageIs(bob, group, 'film.bin', 'waiting')
    await bob.page().evaluate(leaveRoom, LONG_BYTES / 2)
    await bob.page().click(button('Download film.bin'))
    await bob.page().waitForText('This device is out of space', { inside: LOG })
    await alice.ask({ kind: 'send', group, text: 'is it there?' })
    await bob.page().waitForText('is it there?', { inside: LOG })
    await bob.ask({ kind: 'send', group, text: 'the disk is full' })
    await waitUntil('Alice reads it', async () => (await alice.texts(group)).includes('the disk is full'))
    await giveRoom(bob.page())
    await isWhole(bob, 'film.bin', 6)
  })

  itWithQuota('one that finds no room is not attached, which says why; the draft stays', async () => {
    await bob.page().fill({ role: 'textbox', name: 'Message' }, 'Here is the sound')
    await bob.page().evaluate(leaveRoom, LONG_BYTES / 2)
    await give(bob.page(), 'button', [{ name: 'sound.bin', type: '', bytes: { noise: LONG_BYTES, seed: 8 } }])
    await bob.page().waitForText('This device is out of space')
    expect((await bob.group(group))?.attachments).toEqual([])
    expect(await bob.page().value({ role: 'textbox', name: 'Message' })).toBe('Here is the sound')
    await giveRoom(bob.page())
    await sends(bob, 'sound.bin', 8)
    await messageIs(alice, group, 'sound.bin', 'waiting')
  })
})
