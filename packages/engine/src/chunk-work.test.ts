import type { Event } from '@sotto/core'
import { describe, expect, it } from 'vitest'
import { createChunkWork } from './chunk-work.ts'
import { createMemoryChunks } from './memory/memory-chunks.ts'
import type { ChunkStorePort } from './ports.ts'

const FILE = '0'.repeat(32)

function working(open: () => Promise<ChunkStorePort>) {
  const told: Event[] = []
  const faults: unknown[] = []
  return { told, faults, work: createChunkWork({ open, deliver: (event) => told.push(event), report: (fault) => faults.push(fault) }) }
}

describe('the store of chunks', () => {
  it('does what it is asked for in that order, and says what came of it', async () => {
    const { told, faults, work } = working(async () => createMemoryChunks())
    work.perform({ kind: 'writeChunk', job: '1', file: FILE, offset: 2, bytes: Uint8Array.of(7, 8) })
    work.perform({ kind: 'readChunk', job: '2', file: FILE, offset: 1, length: 9 })
    work.perform({ kind: 'listChunks' })
    work.perform({ kind: 'removeChunks', file: FILE })
    work.perform({ kind: 'readChunk', job: '3', file: FILE, offset: 0, length: 1 })
    await work.close()
    expect(told.toSorted((a, b) => ('job' in a ? a.job : '9').localeCompare('job' in b ? b.job : '9'))).toEqual([
      { kind: 'chunkWritten', job: '1', how: 'done' },
      { kind: 'chunkRead', job: '2', bytes: Uint8Array.of(0, 7, 8) },
      { kind: 'chunkRead', job: '3', bytes: null },
      { kind: 'chunksListed', files: [{ file: FILE, bytes: 4 }] },
    ])
    expect(faults).toEqual([])
  })

  it('says that it is full, which is no fault', async () => {
    const { told, faults, work } = working(async () => createMemoryChunks(3))
    work.perform({ kind: 'writeChunk', job: '1', file: FILE, offset: 0, bytes: new Uint8Array(4) })
    await work.close()
    expect(told).toEqual([{ kind: 'chunkWritten', job: '1', how: 'full' }])
    expect(faults).toEqual([])
  })

  it('that does not open fails each call, and nothing else', async () => {
    const { told, faults, work } = working(async () => Promise.reject(new Error('no room for files here')))
    work.perform({ kind: 'listChunks' })
    work.perform({ kind: 'writeChunk', job: '1', file: FILE, offset: 0, bytes: Uint8Array.of(1) })
    work.perform({ kind: 'readChunk', job: '2', file: FILE, offset: 0, length: 1 })
    work.perform({ kind: 'removeChunks', file: FILE })
    await work.close()
    expect(told).toEqual([
      { kind: 'chunksListed', files: null },
      { kind: 'chunkWritten', job: '1', how: 'failed' },
      { kind: 'chunkRead', job: '2', bytes: null },
    ])
    expect(faults).toHaveLength(4)
  })

  it('closes after all that it was asked for', async () => {
    const chunks = createMemoryChunks()
    const { told, work } = working(async () => chunks)
    work.perform({ kind: 'writeChunk', job: '1', file: FILE, offset: 0, bytes: Uint8Array.of(1) })
    await work.close()
    expect(told).toHaveLength(1)
    await expect(chunks.list()).rejects.toThrow(RangeError)
  })
})
