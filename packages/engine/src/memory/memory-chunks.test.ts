import { describe, it } from 'vitest'
import { CHUNK_CASES } from '../conformance/index.ts'
import { createMemoryChunks } from './memory-chunks.ts'

const KIB = 1024

describe('the chunk store in memory keeps the port’s contract:', () => {
  it.each(CHUNK_CASES.map((each) => [each.name, each] as const))('%s', async (_name, { run }) => {
    let chunks = createMemoryChunks()
    const openWith = (spareBytes: number) => async () => {
      chunks = chunks.reopened()
      const stored = chunks.listNow().reduce((sum, { bytes }) => sum + bytes, 0)
      chunks.limitBytes(stored + spareBytes)
      return chunks
    }
    await run({ open: openWith(Infinity), openFull: openWith(128 * KIB) })
  })
})
