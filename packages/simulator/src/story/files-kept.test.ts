/** Files over kills, and what people, full disks and broken ones do to them (PROTOCOL §14.15 to 14.18). */
import { countBits, fileLayout, proofLength } from '@sotto/blob'
import { COMING, FILE } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import {
  answerTo,
  attach,
  chunksFrom,
  fileRow,
  gathered,
  isSame,
  msUntilWhole,
  readAll,
  sendFiles,
  shown,
  someBytes,
  stateOf,
  watchFiles,
} from './file-story.ts'
import type { Person } from './story.ts'

const SOON_MS = 20_000
const CHUNK = 61_424
const LENGTH = 20 * CHUNK + 100
const CHUNKS = fileLayout(LENGTH)?.chunks ?? 0
/** From the beginning of one chunk in a store to that of the next. */
const STRIDE = 61_440 + 32 * proofLength(CHUNKS, 0)
/** One that is still on its way when a story looks. */
const LONG = 150 * CHUNK
const LONG_CHUNKS = fileLayout(LONG)?.chunks ?? 0

describe('a kill', () => {
  it('anywhere in the middle costs one chunk at most, and the file comes whole', async () => {
    for (let actions = 1; actions < 90; actions += 4) {
      const { story, people } = await gathered(['Alice', 'Bob'])
      const [alice, bob] = people
      const sent = watchFiles(story)
      const message = sendFiles(story, alice, '', someBytes(LENGTH))
      story.msUntil(() => chunksFrom(sent, alice) > 0, 60_000)
      bob.dieAfterActions = actions
      story.msUntil(() => !bob.alive, 5_000)
      const inStore = bob.chunks.listNow().length
      bob.die()
      const before = chunksFrom(sent, alice)
      // Those that are in the store when it dies.
      const kept = bob.chunks.listNow().map(({ file }) => storedChunks(bob, file))[0] ?? 0
      story.pass(3_000)
      bob.start()
      expect(msUntilWhole(story, message, [bob]), `after ${actions} actions`).toBeLessThan(120_000)
      expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
      expect(chunksFrom(sent, alice) - before, `after ${actions} actions, ${inStore} files`).toBeLessThanOrEqual(CHUNKS - kept + 1)
    }
  })

  it('of the author leaves a file that was sent, and one that waits for its message', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    bob.stop()
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    const file = attach(story, alice, someBytes(3 * CHUNK))
    expect(alice.chunks.listNow()).toHaveLength(2)
    alice.die()
    alice.start()
    story.pass(SOON_MS)
    expect(alice.chunks.listNow()).toHaveLength(2)
    expect(story.groupOf(alice)?.attachments).toMatchObject([{ file, state: 'ready', storedBytes: 3 * CHUNK }])
    bob.start()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(120_000)
    let later = ''
    story.ask(alice, { kind: 'send', group: story.group, text: '', files: [file] }, (value) => (later = value.message ?? ''))
    expect(msUntilWhole(story, later, [bob])).toBeLessThan(120_000)
    expect(isSame(readAll(story, bob, later), someBytes(3 * CHUNK))).toBe(true)
    expect(story.groupOf(alice)?.attachments).toEqual([])
  })

  it('leaves nothing to look for after a clean stop', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    story.ask(bob, { kind: 'setFetchedAtOnce', bytes: LIMITS.fileBytes })
    const message = sendFiles(story, alice, '', someBytes(LONG))
    const coming = () => bob.rows.scan(COMING)[0]?.value
    // Some came that the disk's row does not name.
    story.msUntil(() => (coming()?.unsaved ?? 0) > 4, 60_000)
    const came = countBits(coming()?.here ?? new Uint8Array())
    expect(countBits(fileRow(story, bob, message)?.here ?? new Uint8Array())).toBeLessThan(came)
    bob.stop()
    expect(countBits(fileRow(story, bob, message)?.here ?? new Uint8Array())).toBeGreaterThanOrEqual(came)
    bob.start()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(120_000)
  })
})

/** How many chunks lie whole in a file of a store. */
function storedChunks(person: Person, file: string): number {
  let count = 0
  for (let chunk = 0; chunk < CHUNKS; chunk++) if (person.chunks.readNow(file, chunk * STRIDE, 16)?.some((byte) => byte !== 0) === true) count++
  return count
}

describe('a person', () => {
  it('is asked first where a file is large, and stops and goes on with it', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    story.ask(bob, { kind: 'setFetchedAtOnce', bytes: LONG - 1 })
    const sent = watchFiles(story)
    const message = sendFiles(story, alice, '', someBytes(LONG))
    story.pass(SOON_MS)
    expect(stateOf(story, bob, message)).toBe('waiting')
    expect(sent).toEqual([])
    expect(answerTo(story, bob, { kind: 'readFile', group: story.group, message, number: 0, fromByte: 0, toByte: 9 })).toMatchObject({
      rejection: { code: 'fileNotHere' },
    })
    story.ask(bob, { kind: 'fetchFile', group: story.group, message, number: 0 })
    story.msUntil(() => chunksFrom(sent, alice) >= 40, 60_000)
    story.ask(bob, { kind: 'pauseFile', group: story.group, message, number: 0 })
    story.pass(SOON_MS)
    const before = chunksFrom(sent, alice)
    expect(stateOf(story, bob, message)).toBe('paused')
    story.ask(bob, { kind: 'fetchFile', group: story.group, message, number: 0 })
    msUntilWhole(story, message, [bob])
    expect(chunksFrom(sent, alice)).toBeLessThanOrEqual(LONG_CHUNKS + LIMITS.chunksAsked)
    expect(before).toBeLessThan(LONG_CHUNKS)
    expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
  })

  it('cancels a file: its room is free at once, and it comes again if it is asked for', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    const sent = watchFiles(story)
    const message = sendFiles(story, alice, '', someBytes(LONG))
    story.msUntil(() => chunksFrom(sent, alice) >= 40, 60_000)
    story.ask(bob, { kind: 'cancelFile', group: story.group, message, number: 0 })
    story.pass(SOON_MS)
    expect(bob.chunks.listNow()).toEqual([])
    expect(stateOf(story, bob, message)).toBe('cancelled')
    expect(shown(story, bob)[0]?.files).toMatchObject([{ state: 'cancelled', bytesHere: 0 }])
    story.ask(bob, { kind: 'fetchFile', group: story.group, message, number: 0 })
    msUntilWhole(story, message, [bob])
    // The author frees its own room too, and has it again from a member.
    story.ask(alice, { kind: 'cancelFile', group: story.group, message, number: 0 })
    story.pass(1_000)
    expect(alice.chunks.listNow()).toEqual([])
    story.ask(alice, { kind: 'fetchFile', group: story.group, message, number: 0 })
    expect(msUntilWhole(story, message, [alice])).toBeLessThan(60_000)
    expect(isSame(readAll(story, alice, message), someBytes(LONG))).toBe(true)
  })

  it('deletes a message, for everyone or here: its files go with it, on disks too', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    const [first, second] = [sendFiles(story, alice, 'one', someBytes(LENGTH)), sendFiles(story, alice, 'two', someBytes(5, 2))]
    msUntilWhole(story, first, people)
    msUntilWhole(story, second, people)
    story.ask(bob, { kind: 'deleteMessage', group: story.group, message: second, forAll: false })
    story.ask(alice, { kind: 'deleteMessage', group: story.group, message: first, forAll: true })
    story.pass(SOON_MS)
    expect(bob.chunks.listNow()).toEqual([])
    expect(alice.chunks.listNow()).toHaveLength(1)
    for (const person of people) expect(stateOf(story, person, first)).toBeUndefined()
    expect(answerTo(story, bob, { kind: 'fetchFile', group: story.group, message: first, number: 0 })).toMatchObject({ rejection: { code: 'unknownFile' } })
  })

  it('deletes a message that another has not yet: nothing of it is fetched', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    bob.stop()
    const message = sendFiles(story, alice, 'one', someBytes(LENGTH))
    story.pass(1_000)
    story.ask(alice, { kind: 'deleteMessage', group: story.group, message, forAll: true })
    story.pass(1_000)
    const sent = watchFiles(story)
    bob.start()
    story.pass(SOON_MS)
    expect(bob.rows.scan(FILE)).toEqual([])
    expect(chunksFrom(sent, alice)).toBe(0)
    expect(alice.chunks.listNow()).toEqual([])
  })

  it('sends what vanishes: with the message its files go from both disks', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    const file = attach(story, alice, someBytes(LENGTH))
    let message = ''
    story.ask(alice, { kind: 'send', group: story.group, text: '', files: [file], lifetimeSeconds: 30 }, (value) => (message = value.message ?? ''))
    msUntilWhole(story, message, people)
    expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
    story.ask(bob, { kind: 'markRead', group: story.group })
    story.pass(120_000)
    for (const person of people) {
      expect(person.chunks.listNow()).toEqual([])
      expect(stateOf(story, person, message)).toBeUndefined()
    }
  })

  it('leaves a group: its files are gone from the disk, and those that were attached', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    msUntilWhole(story, message, people)
    attach(story, bob, someBytes(7))
    story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
    story.pass(SOON_MS)
    expect(bob.chunks.listNow()).toEqual([])
    expect(shown(story, bob)[0]?.files).toMatchObject([{ state: 'gone' }])
    expect(isSame(readAll(story, alice, message), someBytes(LENGTH))).toBe(true)
  })

  it('takes an attached file back', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice] = people
    const file = attach(story, alice, someBytes(LENGTH))
    story.ask(alice, { kind: 'detachFile', group: story.group, file })
    expect(alice.chunks.listNow()).toEqual([])
    expect(answerTo(story, alice, { kind: 'detachFile', group: story.group, file })).toMatchObject({ rejection: { code: 'unknownFile' } })
  })
})

describe('a full disk', () => {
  it('is said, nothing half-done is left, and the file comes once there is room', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    bob.chunks.limitBytes(6 * 61_600)
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    story.pass(SOON_MS)
    expect(stateOf(story, bob, message)).toBe('coming')
    expect(story.groupOf(bob)?.coming).toMatchObject([{ message, trouble: 'full' }])
    expect(bob.chunks.listNow().reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(6 * 61_600)
    bob.chunks.limitBytes(Infinity)
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(2 * LIMITS.chunkFullAgainMs)
    expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
  })

  it('refuses what is attached, and keeps nothing of it', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice] = people
    alice.chunks.limitBytes(3 * 61_600)
    expect(attach(story, alice, someBytes(LENGTH))).toBe('storageFull')
    story.pass(1_000)
    expect(alice.chunks.listNow()).toEqual([])
    expect(story.groupOf(alice)?.attachments).toEqual([])
    alice.chunks.limitBytes(Infinity)
    expect(attach(story, alice, someBytes(LENGTH))).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a disk that changed a chunk', () => {
  it('does not make its owner a source of false ones, and the chunk comes again', async () => {
    const { story, people } = await gathered(['Alice', 'Bob', 'Carol'])
    const [alice, bob] = people
    const carol = people[2] as Person
    story.ask(carol, { kind: 'setFetchedAtOnce', bytes: 0 })
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    msUntilWhole(story, message, [bob])
    bob.chunks.writeNow(fileRow(story, bob, message)?.stored ?? '', 3 * STRIDE + 9, new Uint8Array(50))
    expect(readAll(story, bob, message)).toBe('fileNotHere')
    msUntilWhole(story, message, [bob])
    expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
    // Every second one, so that he is asked for some of them, whichever the others are asked for.
    for (let chunk = 1; chunk < CHUNKS; chunk += 2) bob.chunks.writeNow(fileRow(story, bob, message)?.stored ?? '', chunk * STRIDE + 9, new Uint8Array(50))
    const sent = watchFiles(story)
    story.ask(carol, { kind: 'fetchFile', group: story.group, message, number: 0 })
    msUntilWhole(story, message, [carol])
    expect(isSame(readAll(story, carol, message), someBytes(LENGTH))).toBe(true)
    const chunksOfBob = sent.flatMap(({ by, frame }) => (by === 'Bob' && frame.kind === 'chunk' ? [frame] : []))
    const stored = fileRow(story, alice, message)?.stored ?? ''
    for (const { number, sealed } of chunksOfBob) expect(isSame(sealed, alice.chunks.readNow(stored, number * STRIDE, sealed.length) ?? sealed)).toBe(true)
    expect(chunksOfBob.length).toBeGreaterThan(2)
  })
})
