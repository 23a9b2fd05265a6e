/** The way of a file between members (PROTOCOL §14). */
import { fileLayout } from '@sotto/blob'
import { FILE } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import {
  answerTo,
  attach,
  chunksFrom,
  gathered,
  isSame,
  limitUploads,
  LINE_MS,
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
/** One that is still on its way when a story looks. */
const LONG = 150 * CHUNK
/** So many that what is under way at once is little of them. */
const MANY = 240
const LONG_CHUNKS = fileLayout(LONG)?.chunks ?? 0

describe('a file', () => {
  it('comes whole, with its name and its text, and is shown on both ends', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    const bytes = someBytes(LENGTH)
    const file = attach(story, alice, bytes, { name: '../plans\u202efdp.exe', mediaType: 'Application/PDF' })
    expect(story.groupOf(alice)?.attachments).toEqual([
      { file, name: 'plansfdp.exe', mediaType: 'application/pdf', sizeBytes: LENGTH, picture: null, storedBytes: LENGTH, state: 'ready' },
    ])
    story.ask(alice, { kind: 'send', group: story.group, text: 'the plans', files: [file] })
    expect(story.groupOf(alice)?.attachments).toEqual([])
    story.pass(SOON_MS)
    for (const person of people) {
      const [body] = shown(story, person)
      expect(body).toMatchObject({
        text: 'the plans',
        files: [{ number: 0, name: 'plansfdp.exe', mediaType: 'application/pdf', sizeBytes: LENGTH, state: 'here' }],
      })
    }
    const message = bob.rows.scan(FILE)[0]?.key[1] ?? ''
    expect(isSame(readAll(story, bob, message), bytes)).toBe(true)
    expect(isSame(readAll(story, alice, message), bytes)).toBe(true)
    expect(answerTo(story, bob, { kind: 'readFile', group: story.group, message, number: 0, fromByte: CHUNK - 2, toByte: CHUNK + 2 })).toMatchObject({
      ok: true,
    })
    expect(story.groupOf(bob)?.coming).toEqual([])
  })

  it.each([0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])('of %i bytes comes whole', async (length) => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    const message = sendFiles(story, alice, '', someBytes(length))
    expect(msUntilWhole(story, message, people)).toBeLessThan(SOON_MS)
    expect(isSame(readAll(story, bob, message), someBytes(length))).toBe(true)
  })

  it('stands for its message where that has no text, and up to twenty come in one', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    const files = Array.from({ length: 20 }, (_, i) => attach(story, alice, someBytes(i, i), { name: `${i}.txt` }))
    // In the order in which they were attached, whatever their names in the store are.
    expect(story.groupOf(alice)?.attachments.map(({ name }) => name)).toEqual(files.map((_, i) => `${i}.txt`))
    expect(answerTo(story, alice, { kind: 'send', group: story.group, text: '' })).toMatchObject({ ok: false, rejection: { code: 'textEmpty' } })
    story.ask(alice, { kind: 'send', group: story.group, text: '', files })
    story.pass(SOON_MS)
    const message = bob.rows.scan(FILE)[0]?.key[1] ?? ''
    for (const number of files.keys()) expect(isSame(readAll(story, bob, message, number), someBytes(number, number))).toBe(true)
    expect(story.groupOf(bob)?.lastMessage?.text).toMatch(/^0\.txt, 1\.txt/)
  })

  it('is sent only once it is sealed, once, and by the group that it was attached in', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice] = people
    const { group } = story
    const send = (files: readonly string[]) => answerTo(story, alice, { kind: 'send', group, text: 'x', files })
    const begun = answerTo(story, alice, { kind: 'attachFile', group, name: 'a', mediaType: '', sizeBytes: 10 })
    const half = begun?.ok === true ? (begun.value.file ?? '') : ''
    expect(send([half])).toMatchObject({ rejection: { code: 'fileNotReady' } })
    const whole = attach(story, alice, someBytes(5))
    expect(send([whole, whole])).toMatchObject({ rejection: { code: 'badRequest' } })
    expect(send([whole])).toMatchObject({ ok: true })
    expect(send([whole])).toMatchObject({ rejection: { code: 'fileNotReady' } })
    // Nothing is sealed twice under one key.
    const other = attach(story, alice, someBytes(5))
    expect(answerTo(story, alice, { kind: 'attachPiece', group, file: other, piece: 0, bytes: 'AAAAAAA' })).toMatchObject({ rejection: { code: 'badRequest' } })
    expect(answerTo(story, alice, { kind: 'attachFile', group, name: 'a', mediaType: '', sizeBytes: LIMITS.fileBytes + 1 })).toMatchObject({
      rejection: { code: 'fileTooLarge' },
    })
  })
})

describe('several sources', () => {
  it('serve what they have: five have a file in less than twice the time that one needs', async () => {
    const needed: number[] = []
    for (const names of [
      ['Alice', 'Bob'],
      ['Alice', 'Bob', 'Carol', 'Dave', 'Eve'],
    ]) {
      const { story, people } = await gathered(names)
      const [alice, ...others] = people
      const line = limitUploads(story)
      for (const person of others) story.ask(person, { kind: 'setFetchedAtOnce', bytes: LIMITS.fileBytes })
      const message = sendFiles(story, alice, 'for all', someBytes(MANY * CHUNK))
      const startMs = story.nowMs
      while (!others.every((person) => stateOf(story, person, message) === 'whole') && story.nowMs < startMs + 120_000) {
        story.pass(LINE_MS)
        line()
      }
      needed.push(story.nowMs - startMs)
      for (const person of others) expect(isSame(readAll(story, person, message), someBytes(MANY * CHUNK))).toBe(true)
    }
    // Issue 15: 2.2 times. With as many asked for at once as there may be it takes that.
    expect((needed[1] ?? Infinity) / (needed[0] ?? 0)).toBeLessThanOrEqual(1.8)
  })

  it('are asked for different chunks', async () => {
    const { story, people } = await gathered(['Alice', 'Bob', 'Carol'])
    const [alice, bob] = people
    const carol = people[2] as Person
    story.ask(carol, { kind: 'setFetchedAtOnce', bytes: 0 })
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    msUntilWhole(story, message, [bob])
    expect(stateOf(story, carol, message)).toBe('waiting')
    const sent = watchFiles(story)
    story.ask(carol, { kind: 'fetchFile', group: story.group, message, number: 0 })
    msUntilWhole(story, message, [carol])
    const [fromAlice, fromBob] = [chunksFrom(sent, alice, carol), chunksFrom(sent, bob, carol)]
    expect(fromAlice + fromBob).toBe(CHUNKS)
    expect(Math.min(fromAlice, fromBob)).toBeGreaterThan(CHUNKS / 5)
  })

  it('come and go: a file whose author is gone comes from a member, also one that came later', async () => {
    const { story, people } = await gathered(['Alice', 'Bob', 'Carol'])
    const [alice, bob] = people
    const carol = people[2] as Person
    carol.stop()
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    msUntilWhole(story, message, [bob])
    alice.stop()
    bob.stop()
    carol.start()
    story.pass(SOON_MS)
    expect(stateOf(story, carol, message)).toBe('coming')
    expect(story.groupOf(carol)?.coming).toMatchObject([{ message, number: 0, bytesHere: 0, sources: 0, trouble: null }])
    bob.start()
    expect(msUntilWhole(story, message, [carol])).toBeLessThan(120_000)
    expect(isSame(readAll(story, carol, message), someBytes(LENGTH))).toBe(true)
  })

  it('that went in the middle are there again, and nothing that came is sent again', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice, bob] = people
    story.ask(bob, { kind: 'setFetchedAtOnce', bytes: LIMITS.fileBytes })
    const sent = watchFiles(story)
    const message = sendFiles(story, alice, '', someBytes(LONG))
    story.msUntil(() => chunksFrom(sent, alice) >= 40, 60_000)
    alice.stop()
    story.pass(SOON_MS)
    expect(stateOf(story, bob, message)).toBe('coming')
    alice.start()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(120_000)
    // What was on its way when the connection ended is asked for again.
    expect(chunksFrom(sent, alice)).toBeLessThanOrEqual(LONG_CHUNKS + LIMITS.chunksAsked)
    expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
  })

  it('that are asked and send nothing are passed over for others', async () => {
    const { story, people } = await gathered(['Alice', 'Bob', 'Carol'])
    const [alice, bob] = people
    const carol = people[2] as Person
    story.ask(carol, { kind: 'setFetchedAtOnce', bytes: 0 })
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    msUntilWhole(story, message, [bob])
    watchFiles(story, ({ by, frame }) => (by === 'Alice' && frame.kind === 'chunk' ? null : frame))
    story.ask(carol, { kind: 'fetchFile', group: story.group, message, number: 0 })
    expect(msUntilWhole(story, message, [carol])).toBeLessThan(3 * LIMITS.chunkLateMs)
  })
})
