import { createNoblePrimitives, loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { isLadderLength, LIMITS, toHex } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkKeyOf, fileMailbox } from './file-keys.ts'
import { CHUNK_BYTES, type FileLayout, fileLayout } from './layout.ts'
import { openRelayRecord, relayBytes, sealRelayRecord } from './relay-record.ts'
import { recordPlace } from './stored-record.ts'

const PROVIDERS = [await loadSodiumPrimitives(), createNoblePrimitives()] as const
const [SODIUM] = PROVIDERS
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i)
const RELAY = '/dns4/relay.example/tcp/443/wss'
const { recordKey } = fileMailbox(SODIUM, KEY, RELAY)

function layoutOf(sizeBytes: number): FileLayout {
  const layout = fileLayout(sizeBytes)
  if (layout === undefined) throw new Error(`no layout for ${sizeBytes}`)
  return layout
}

/** As long as the store has it. */
const storedChunk = (layout: FileLayout, index: number): Uint8Array =>
  Uint8Array.from({ length: recordPlace(layout, index).length }, (_, i) => (i * 7 + index) & 0xff)

describe('the keys of a file’s mailbox', () => {
  it('are of this file at this relay, for each right one', () => {
    const all = [KEY, new Uint8Array(32)].flatMap((key) => [
      chunkKeyOf(SODIUM, key),
      ...[RELAY, '/dns4/other.example/tcp/443/wss'].flatMap((relay) => Object.values(fileMailbox(SODIUM, key, relay))),
    ])
    expect(new Set(all.map(toHex)).size).toBe(14)
  })
})

describe('a chunk at a relay', () => {
  const sizes = fc.oneof(fc.integer({ min: 0, max: 20 * CHUNK_BYTES }), fc.integer({ min: 0, max: LIMITS.fileBytes }))

  it('opens to what was left, has a length of the ladder, and fits a record', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, at) => {
        const layout = layoutOf(size)
        const index = at % layout.chunks
        const stored = storedChunk(layout, index)
        const [record = new Uint8Array(), other] = PROVIDERS.map((primitives) => sealRelayRecord(primitives, recordKey, layout, index, stored))
        expect(Buffer.from(record).equals(other ?? new Uint8Array())).toBe(true)
        expect(isLadderLength(record.length)).toBe(true)
        expect(record.length).toBeLessThanOrEqual(LIMITS.recordBytes)
        const opened = openRelayRecord(SODIUM, recordKey, layout, record)
        expect(opened?.chunk).toBe(index)
        expect(Buffer.concat([opened?.sealed ?? new Uint8Array(), ...(opened?.proof ?? [])]).equals(stored)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('all together are what a relay that keeps files of this length has room for', () => {
    const few = layoutOf(5 * CHUNK_BYTES + 1)
    let sum = 0
    for (let index = 0; index < few.chunks; index++) sum += sealRelayRecord(SODIUM, recordKey, few, index, storedChunk(few, index)).length
    expect(relayBytes(few)).toBe(sum)
    // What a relay keeps of one file (14.31).
    expect(relayBytes(layoutOf(LIMITS.relayFileBytes))).toBeLessThanOrEqual((LIMITS.relayFileBytes * 9) / 8)
  })

  it('shows nothing of what it holds, and two relays see different bytes', () => {
    const layout = layoutOf(3 * CHUNK_BYTES)
    const stored = storedChunk(layout, 1)
    const [here, there] = [recordKey, fileMailbox(SODIUM, KEY, 'another').recordKey].map((key) => sealRelayRecord(SODIUM, key, layout, 1, stored))
    const parts = [stored.slice(0, 32), stored.slice(-32)].map(toHex)
    for (const record of [here, there]) for (const part of parts) expect(toHex(record ?? new Uint8Array())).not.toContain(part)
    expect(toHex((here ?? new Uint8Array()).slice(4, 36))).not.toBe(toHex((there ?? new Uint8Array()).slice(4, 36)))
  })

  it('is none where it is damaged, cut, longer, of another number, file or relay', () => {
    const layout = layoutOf(3 * CHUNK_BYTES)
    const record = sealRelayRecord(SODIUM, recordKey, layout, 1, storedChunk(layout, 1))
    const fails = (bytes: Uint8Array, key = recordKey, by = layout): void => expect(openRelayRecord(SODIUM, key, by, bytes)).toBeUndefined()
    expect(openRelayRecord(SODIUM, recordKey, layout, record)).toBeDefined()
    fails(new Uint8Array())
    fails(new Uint8Array(3))
    fails(record.slice(0, -1))
    fails(new Uint8Array([...record, 0]))
    for (const at of [0, 3, 4, 1_000, record.length - 1]) fails(record.with(at, (record[at] ?? 0) ^ 1))
    fails(record.with(3, 200))
    fails(record, fileMailbox(SODIUM, new Uint8Array(32), RELAY).recordKey)
    fails(record, fileMailbox(SODIUM, KEY, 'another').recordKey)
    fails(record, recordKey, layoutOf(10))
  })

  it('is none where something stands behind the proof: one chunk has one record', () => {
    const layout = layoutOf(3)
    const record = sealRelayRecord(SODIUM, recordKey, layout, 0, storedChunk(layout, 0))
    const padded = SODIUM.chacha20Poly1305.open(recordKey, new Uint8Array(12), record.slice(4), new Uint8Array()) ?? new Uint8Array()
    const seal = (bytes: Uint8Array): Uint8Array =>
      new Uint8Array([0, 0, 0, 0, ...SODIUM.chacha20Poly1305.seal(recordKey, new Uint8Array(12), bytes, new Uint8Array())])
    expect(openRelayRecord(SODIUM, recordKey, layout, seal(padded))).toBeDefined()
    expect(openRelayRecord(SODIUM, recordKey, layout, seal(padded.with(padded.length - 1, 1)))).toBeUndefined()
  })

  it('has the bytes that ChaCha20-Poly1305 and HKDF of another library give', () => {
    const layout = layoutOf(3)
    const record = sealRelayRecord(SODIUM, recordKey, layout, 0, new Uint8Array(256).fill(7))
    expect(toHex(record.slice(0, 40))).toBe('0000000041b6c223e7772bfa0d3e77632027871a25faf82793a5933c68c58d1821e53a0500039bbf')
    expect(toHex(record.slice(-16))).toBe('2c13684c0bb41f153c4e5112846c7ef9')
  })
})
