/** What one who lies about a file gains by it (PROTOCOL §14.12 to 14.14, §13.68 to 13.70). */
import { CHUNK_JOB, FETCHED, FILE, GROUP, PEER, type PeerFrame, peerFrame, SOURCE, WANTED_BY } from '@sotto/core/inside'
import { fullBitmap, possessionProof } from '@sotto/blob'
import { encode, LIMITS, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { answerTo, chunksFrom, fileRow, isSame, msUntilWhole, readAll, sendFiles, someBytes, stateOf, watchFiles } from './file-story.ts'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000
const CHUNK = 61_424
const LENGTH = 20 * CHUNK

async function three() {
  const story = await beginStory({ direct: true, relayLimits: { blobMailboxBytes: 0 } })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  story.gather(alice, bob, mallory)
  return { story, alice, bob, mallory }
}

/** A frame that another's changed program sends. */
const slip = (by: Person, to: Person, frame: PeerFrame): void => to.deliver({ kind: 'peerFrameReceived', peer: by.peerId, frame: encode(peerFrame, frame) })

const nonces = (by: Person, to: Person) => {
  const link = to.rows.get(PEER, by.peerId)
  return { own: link?.theirNonce ?? new Uint8Array(32), other: link?.ownNonce ?? new Uint8Array(32) }
}

const heardBy = (story: Story, person: Person): readonly string[] =>
  story.heard.flatMap(({ what, to }) => (to === person && (what === 'fileHeld' || what === 'chunk') ? [what] : []))

it('a source that sends a false chunk is not asked again, and costs one chunk', async () => {
  const { story, alice, bob, mallory } = await three()
  story.ask(bob, { kind: 'setFetchedAtOnce', bytes: 0 })
  const message = sendFiles(story, alice, '', someBytes(LENGTH))
  msUntilWhole(story, message, [mallory])
  const sent = watchFiles(story, ({ by, frame }) =>
    by === 'Mallory' && frame.kind === 'chunk' ? { ...frame, sealed: frame.sealed.with(5, (frame.sealed[5] ?? 0) ^ 1) } : frame,
  )
  story.ask(bob, { kind: 'fetchFile', group: story.group, message, number: 0 })
  expect(msUntilWhole(story, message, [bob])).toBeLessThan(SOON_MS)
  expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
  // What it was asked for before the first one came.
  expect(chunksFrom(sent, mallory, bob)).toBeLessThanOrEqual(LIMITS.chunksAskedFirst)
})

it.each([
  ['of another place', (chunk: number) => ({ number: chunk + 1 })],
  ['without its proof', () => ({ proof: [] })],
  ['of another length', () => ({ sealed: new Uint8Array(256) })],
  ['that the file does not have', () => ({ number: 70_000 })],
] as const)('a chunk %s is none', async (_what, change) => {
  const { story, alice, bob, mallory } = await three()
  story.ask(mallory, { kind: 'setFetchedAtOnce', bytes: 0 })
  watchFiles(story, ({ frame }) => (frame.kind === 'chunk' ? { ...frame, ...change(frame.number) } : frame))
  const message = sendFiles(story, alice, '', someBytes(LENGTH))
  story.pass(SOON_MS)
  expect(stateOf(story, bob, message)).toBe('coming')
  expect(bob.chunks.listNow()).toEqual([])
  expect(bob.rows.scan(SOURCE).map(({ value }) => value.isFalse)).toContain(true)
})

it('a member without the key of a file hears nothing of it, and is served nothing', async () => {
  const { story, alice, bob, mallory } = await three()
  const message = sendFiles(story, alice, '', someBytes(LENGTH))
  msUntilWhole(story, message, [bob, mallory])
  const row = fileRow(story, alice, message)
  const epoch = alice.rows.get(GROUP, story.group)?.epoch
  if (row === undefined || epoch === undefined || epoch === null) throw new Error('no file')
  // It knows the file's name, as if it had overheard it, and not the key.
  mallory.tamper((transaction) => transaction.deleteAll(FILE))
  for (const { key } of alice.rows.scan(WANTED_BY)) if (key[3] === mallory.peerId) alice.tamper((transaction) => transaction.delete(WANTED_BY, ...key))
  story.pass(1_000)
  const before = heardBy(story, mallory).length
  const { own, other } = nonces(mallory, alice)
  for (const proof of [
    new Uint8Array(32),
    possessionProof(story.primitives, new Uint8Array(32), own, other),
    // What Alice said to it itself, said back.
    possessionProof(story.primitives, row.key, other, own),
  ])
    slip(mallory, alice, { kind: 'fileWanted', epoch, file: row.name, proof })
  slip(mallory, alice, { kind: 'chunksWanted', epoch, file: row.name, chunks: [0, 1, 2] })
  story.pass(SOON_MS)
  expect(heardBy(story, mallory)).toHaveLength(before)
  // With the key it would have been told.
  slip(mallory, alice, { kind: 'fileWanted', epoch, file: row.name, proof: possessionProof(story.primitives, row.key, own, other) })
  story.pass(SOON_MS)
  expect(heardBy(story, mallory).length).toBeGreaterThan(before)
})

it('a removed member is served nothing, though it knows the file and asks by what it knew', async () => {
  const { story, alice, bob, mallory } = await three()
  for (const person of [bob, mallory]) story.ask(person, { kind: 'setFetchedAtOnce', bytes: 0 })
  const message = sendFiles(story, alice, '', someBytes(LENGTH))
  story.pass(SOON_MS)
  const row = fileRow(story, mallory, message)
  const epoch = mallory.rows.get(GROUP, story.group)?.epoch
  if (row === undefined || epoch === undefined || epoch === null) throw new Error('no file')
  const { own, other } = nonces(mallory, alice)
  const proof = possessionProof(story.primitives, row.key, own, other)
  // It was told what there is, and is asking when it is removed.
  slip(mallory, alice, { kind: 'fileWanted', epoch, file: row.name, proof })
  story.pass(1_000)
  expect(heardBy(story, mallory)).toEqual(['fileHeld'])
  story.remove(alice, mallory)
  for (let again = 0; again < 20; again++) {
    const now = alice.rows.get(GROUP, story.group)?.epoch ?? epoch
    for (const said of [epoch, now]) {
      slip(mallory, alice, { kind: 'fileWanted', epoch: said, file: row.name, proof })
      slip(mallory, alice, { kind: 'chunksWanted', epoch: said, file: row.name, chunks: [0, 1, 2] })
    }
    story.pass(500)
  }
  expect(heardBy(story, mallory)).toEqual(['fileHeld'])
  expect(mallory.rows.scan(FILE)).toEqual([])
  // A member still is.
  story.ask(bob, { kind: 'fetchFile', group: story.group, message, number: 0 })
  expect(msUntilWhole(story, message, [bob])).toBeLessThan(SOON_MS)
})

it('who left is served nothing before the next rekey, and members are', async () => {
  const { story, alice, bob, mallory } = await three()
  for (const person of [bob, mallory]) story.ask(person, { kind: 'setFetchedAtOnce', bytes: 0 })
  const message = sendFiles(story, alice, '', someBytes(LENGTH))
  story.pass(SOON_MS)
  const row = fileRow(story, mallory, message)
  const epoch = mallory.rows.get(GROUP, story.group)?.epoch
  if (row === undefined || epoch === undefined || epoch === null) throw new Error('no file')
  const { own, other } = nonces(mallory, alice)
  const proof = possessionProof(story.primitives, row.key, own, other)
  // Its program does not end the connection, and goes on as if nothing had happened.
  story.ask(mallory, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(2_000)
  expect(alice.rows.get(GROUP, story.group)?.epoch).toEqual(epoch)
  alice.tamper((transaction) => {
    const link = transaction.get(PEER, mallory.peerId)
    if (link !== undefined) transaction.put(PEER, [mallory.peerId], { ...link, epochs: [toBase64url(epoch)] })
  })
  story.pass(100)
  const before = heardBy(story, mallory).length
  slip(mallory, alice, { kind: 'fileWanted', epoch, file: row.name, proof })
  story.pass(1_000)
  slip(mallory, alice, { kind: 'chunksWanted', epoch, file: row.name, chunks: [0, 1, 2] })
  story.pass(5_000)
  expect(heardBy(story, mallory)).toHaveLength(before)
  expect(alice.rows.scan(WANTED_BY).some(({ key }) => key[3] === mallory.peerId)).toBe(false)
  // The epoch is still the one of before.
  expect(alice.rows.get(GROUP, story.group)?.epoch).toEqual(epoch)
  story.ask(bob, { kind: 'fetchFile', group: story.group, message, number: 0 })
  expect(msUntilWhole(story, message, [bob])).toBeLessThan(SOON_MS)
})

it('a chunk that was read for a member who was removed meanwhile is not sent', async () => {
  const { story, alice, mallory } = await three()
  story.ask(mallory, { kind: 'setFetchedAtOnce', bytes: 0 })
  const message = sendFiles(story, alice, '', someBytes(LENGTH))
  story.pass(SOON_MS)
  const row = fileRow(story, mallory, message)
  const epoch = mallory.rows.get(GROUP, story.group)?.epoch
  if (row === undefined || epoch === undefined || epoch === null) throw new Error('no file')
  const { own, other } = nonces(mallory, alice)
  slip(mallory, alice, { kind: 'fileWanted', epoch, file: row.name, proof: possessionProof(story.primitives, row.key, own, other) })
  story.pass(1_000)
  const answers: (() => void)[] = []
  const deliver = alice.deliver.bind(alice)
  alice.deliver = (event) => (event.kind === 'chunkRead' ? void answers.push(() => deliver(event)) : deliver(event))
  slip(mallory, alice, { kind: 'chunksWanted', epoch, file: row.name, chunks: [0] })
  story.pass(1_000)
  expect(answers).toHaveLength(1)
  story.remove(alice, mallory)
  story.pass(2_000)
  for (const answer of answers) answer()
  story.pass(1_000)
  expect(heardBy(story, mallory)).toEqual(['fileHeld'])
})

it('who asks for more at a time than a member may gets no more of it', async () => {
  const { story, alice, mallory } = await three()
  story.ask(mallory, { kind: 'setFetchedAtOnce', bytes: 0 })
  const message = sendFiles(story, alice, '', someBytes(40 * CHUNK))
  story.pass(SOON_MS)
  const row = fileRow(story, mallory, message)
  const epoch = mallory.rows.get(GROUP, story.group)?.epoch
  if (row === undefined || epoch === undefined || epoch === null) throw new Error('no file')
  const { own, other } = nonces(mallory, alice)
  slip(mallory, alice, { kind: 'fileWanted', epoch, file: row.name, proof: possessionProof(story.primitives, row.key, own, other) })
  story.pass(1_000)
  const deliver = alice.deliver.bind(alice)
  alice.deliver = (event) => (event.kind === 'chunkRead' ? undefined : deliver(event))
  for (let again = 0; again < 10; again++)
    slip(mallory, alice, { kind: 'chunksWanted', epoch, file: row.name, chunks: Array.from({ length: LIMITS.chunksAsked }, (_, i) => i) })
  story.pass(1_000)
  expect(alice.rows.scan(CHUNK_JOB)).toHaveLength(LIMITS.chunksAsked)
})

it('a bitmap of another file is none', async () => {
  const { story, alice, bob } = await three()
  watchFiles(story, ({ frame }) => (frame.kind === 'fileHeld' ? { ...frame, chunks: fullBitmap(500) } : frame))
  const message = sendFiles(story, alice, '', someBytes(LENGTH))
  story.pass(SOON_MS)
  expect(stateOf(story, bob, message)).toBe('coming')
  expect(bob.rows.scan(SOURCE).some(({ value }) => value.isFalse)).toBe(true)
})

it('one member’s files come unasked up to its share of a day, and a blocked one’s not at all', async () => {
  const { story, alice, bob } = await three()
  story.ask(bob, { kind: 'setFetchedAtOnce', bytes: LIMITS.fileBytes })
  bob.tamper((transaction) => transaction.put(FETCHED, [story.group, alice.account], { sinceMs: story.nowMs, bytes: LIMITS.fetchedOfMemberBytes - LENGTH }))
  const [first, second] = [sendFiles(story, alice, '', someBytes(LENGTH)), sendFiles(story, alice, '', someBytes(CHUNK))]
  msUntilWhole(story, first, [bob])
  expect(stateOf(story, bob, second)).toBe('waiting')
  story.pass(LIMITS.fetchedOfMemberMs)
  const third = sendFiles(story, alice, '', someBytes(CHUNK))
  expect(msUntilWhole(story, third, [bob])).toBeLessThan(120_000)
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: true })
  const fourth = sendFiles(story, alice, '', someBytes(CHUNK))
  story.pass(SOON_MS)
  expect(stateOf(story, bob, fourth)).toBe('waiting')
})

it('a file that its author sealed wrong is said to be damaged, and is not fetched again and again', async () => {
  const { story, alice, bob } = await three()
  const message = sendFiles(story, alice, '', someBytes(3 * CHUNK))
  msUntilWhole(story, message, [bob])
  // As if the message had named another key: the root holds, and nothing opens.
  bob.tamper((transaction) => {
    for (const { key, value } of transaction.scan(FILE)) transaction.put(FILE, key, { ...value, key: new Uint8Array(32) })
  })
  story.pass(100)
  expect(readAll(story, bob, message)).toBe('fileDamaged')
  expect(stateOf(story, bob, message)).toBe('whole')
  expect(answerTo(story, bob, { kind: 'readFile', group: story.group, message, number: 7, fromByte: 0, toByte: 1 })).toMatchObject({
    rejection: { code: 'unknownFile' },
  })
})
