/** Files that come from relays, and what one that lies gains by it (PROTOCOL §14.37, §14.38, §13.72). */
import { fileLayout, fileMailbox, openRelayRecord, sealRelayRecord } from '@sotto/blob'
import { READ_AT, READING } from '@sotto/core/inside'
import { concat, decode, encode, LIMITS, mailboxAnswer } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { fileRow, isSame, msUntilWhole, readAll, sendFiles, someBytes, stateOf } from './file-story.ts'
import { apart, CHUNK, CHUNKS, countOf, ENOUGH_MS, left, LENGTH, LONG, LONG_CHUNKS, untilLeft, watchRelays } from './relayed-file-story.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('a reader', () => {
  it('goes on where it was, after a stop and after a kill', async () => {
    for (const end of ['stop', 'die'] as const) {
      const { story, alice, bob, message } = await left(LONG)
      alice.stop()
      bob.start()
      const all = watchRelays(story, [bob])
      story.msUntil(() => countOf(all, 'pushed') > 40, ENOUGH_MS)
      bob[end]()
      const before = countOf(all, 'pushed')
      story.pass(5_000)
      bob.start()
      expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
      expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
      const again = end === 'stop' ? LIMITS.blobPushCredit : LIMITS.chunksUnsaved + LIMITS.blobPushCredit
      expect(countOf(all, 'pushed') - before, end).toBeLessThanOrEqual(LONG_CHUNKS - 40 + again)
    }
  })

  it('goes on with a relay that was killed in the middle', async () => {
    const { story, alice, bob, message } = await left(LONG)
    alice.stop()
    bob.start()
    const all = watchRelays(story, [bob])
    story.msUntil(() => countOf(all, 'pushed') > 10, ENOUGH_MS)
    story.network.restartRelay(0, 5_000, false)
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
    expect(countOf(all, 'pushed')).toBeLessThanOrEqual(LONG_CHUNKS + LIMITS.blobPushCredit)
    expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
  })

  it.each([
    ['changed', (body: Uint8Array) => body.with(100, (body[100] ?? 0) ^ 1)],
    ['cut', (body: Uint8Array) => body.slice(0, 256)],
    ['of another number', (body: Uint8Array) => body.with(3, (body[3] ?? 0) ^ 1)],
  ] as const)('leaves a relay alone for a file where one chunk is %s: it costs that chunk, and a member gives the file', async (_what, change) => {
    let areMeeting = false
    const { story, alice, bob, message } = await left(LENGTH, { direct: () => areMeeting })
    alice.stop()
    bob.start()
    let number = 0
    const all = watchRelays(story, [alice, bob], (body) => (++number === 3 ? change(body) : body))
    story.pass(30 * MINUTE)
    expect(stateOf(story, bob, message)).toBe('coming')
    // What was on the line already.
    expect(countOf(all, 'pushed')).toBeLessThanOrEqual(3 + LIMITS.blobPushCredit)
    expect(countOf(all, 'subscribe', bob)).toBe(1)
    // Also after a start.
    bob.stop()
    bob.start()
    story.pass(30 * MINUTE)
    expect(countOf(all, 'subscribe', bob)).toBe(1)
    expect(story.groupOf(bob)?.coming).toMatchObject([{ sources: 0, isAtRelay: false }])
    areMeeting = true
    alice.start()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
    expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
  })

  it('leaves it alone where one who knows the file’s key left what is no chunk of it', async () => {
    const { story, alice, bob, message } = await left()
    const row = fileRow(story, alice, message)
    const layout = fileLayout(LENGTH)
    if (row === undefined || layout === undefined) throw new Error('no file')
    const { recordKey } = fileMailbox(story.primitives, row.key, story.relay(0))
    alice.stop()
    bob.start()
    const all = watchRelays(story, [bob], (body) => {
      const opened = openRelayRecord(story.primitives, recordKey, layout, body)
      if (opened === undefined) throw new Error('it does not open')
      const stored = concat(opened.sealed.with(7, (opened.sealed[7] ?? 0) ^ 1), ...opened.proof)
      return sealRelayRecord(story.primitives, recordKey, layout, opened.chunk, stored)
    })
    story.pass(30 * MINUTE)
    expect(stateOf(story, bob, message)).toBe('coming')
    expect(bob.chunks.listNow()).toEqual([])
    expect(countOf(all, 'pushed')).toBeLessThanOrEqual(1 + LIMITS.blobPushCredit)
    expect(countOf(all, 'subscribe')).toBe(1)
  })

  it('whose disk is slow takes no more than it can hold in memory', async () => {
    const { story, alice, bob, message } = await left(LONG)
    alice.stop()
    bob.start()
    const written: (() => void)[] = []
    const all = watchRelays(story, [bob])
    const deliver = bob.deliver.bind(bob)
    bob.deliver = (event) => (event.kind === 'chunkWritten' ? void written.push(() => deliver(event)) : deliver(event))
    story.pass(1_500 + LIMITS.relayAskedAfterMs)
    story.msUntil(() => bob.rows.scan(READING)[0]?.value.state === 'resting' && written.length > 0, MINUTE)
    expect(written.length).toBeGreaterThanOrEqual(LIMITS.chunksUnsaved)
    expect(countOf(all, 'pushed')).toBeLessThanOrEqual(LIMITS.chunksUnsaved + 2 * LIMITS.blobPushCredit)
    bob.deliver = deliver
    // It is read on once the disk has caught up, and not only after a rest.
    for (const each of written) each()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(LIMITS.relayAskedAfterMs / 2)
    expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
    // What waited for the disk does not come again: only what was on the line.
    expect(countOf(all, 'pushed')).toBeLessThanOrEqual(LONG_CHUNKS + LIMITS.blobPushCredit)
  })

  it('asks a relay that lacks some ever more rarely', async () => {
    const { story, alice, bob, message } = await left()
    alice.stop()
    bob.start()
    let number = 0
    const all = watchRelays(story, [bob], (body) => (++number === 3 ? null : body))
    story.pass(6 * HOUR)
    expect(stateOf(story, bob, message)).toBe('coming')
    expect(countOf(all, 'pushed')).toBe(CHUNKS)
    const asked = countOf(all, 'subscribe')
    expect(asked).toBeGreaterThan(5)
    expect(asked).toBeLessThan(16)
  })

  it('leaves a relay alone that gives the same chunks again and again', async () => {
    const { story, alice, bob } = await left()
    alice.stop()
    bob.start()
    // Each chunk comes as often as the file has chunks, as if it were another record each time.
    const deliver = bob.deliver.bind(bob)
    bob.deliver = (event) => {
      const answer = event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
      if (event.kind !== 'relayFrameReceived' || answer?.kind !== 'pushed' || answer.body.length < CHUNK) return deliver(event)
      for (let again = 0; again < CHUNKS; again++) {
        deliver({ ...event, frame: encode(mailboxAnswer, { ...answer, cursor: 1_000 * answer.cursor + again }) })
      }
    }
    const all = watchRelays(story, [bob])
    story.pass(30 * MINUTE)
    expect(bob.rows.scan(READ_AT).map(({ value }) => value.isFalse)).toEqual([true])
    expect(countOf(all, 'subscribe')).toBe(1)
  })

  it('with a full disk stops, and goes on when there is room', async () => {
    const { story, alice, bob, message } = await left(LONG)
    alice.stop()
    bob.chunks.limitBytes(12 * CHUNK)
    bob.start()
    const all = watchRelays(story, [bob])
    story.msUntil(() => story.groupOf(bob)?.coming[0]?.trouble === 'full', ENOUGH_MS)
    story.pass(20_000)
    const before = countOf(all, 'pushed')
    expect(before).toBeLessThan(LONG_CHUNKS)
    bob.chunks.limitBytes(Number.POSITIVE_INFINITY)
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
    expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
  })

  it('reads few files at a time, and all come', async () => {
    const { story, people } = await apart(['Alice', 'Bob'])
    const [alice, bob] = people
    bob.stop()
    const message = sendFiles(story, alice, '', ...Array.from({ length: 12 }, (_, i) => someBytes(2 * CHUNK, i)))
    untilLeft(story, alice)
    alice.stop()
    bob.start()
    let most = 0
    story.committed = (by) => {
      if (by === bob) most = Math.max(most, bob.rows.scan(READING).filter(({ value }) => value.state === 'reading').length)
    }
    const isAll = (): boolean => Array.from({ length: 12 }, (_, i) => stateOf(story, bob, message, i)).every((state) => state === 'whole')
    expect(story.msUntil(isAll, ENOUGH_MS)).toBeLessThan(ENOUGH_MS)
    expect(most).toBe(LIMITS.filesReadAtOnce)
    for (let i = 0; i < 12; i++) expect(isSame(readAll(story, bob, message, i), someBytes(2 * CHUNK, i))).toBe(true)
  })
})
