/** What sealing and hashing of chunks costs, next to the plain cipher and hash of the same provider on the same bytes. */
import { CHUNK_BYTES, chunkHashing, fileLayout, FILE_KEY_BYTES, openChunk, sealChunk } from '@sotto/blob'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { median } from '../relay/figures.ts'

export interface Sealing {
  /** Of the rates, the medians of the rounds. */
  readonly sealed: number
  readonly opened: number
  /** Processor time of a chunk, µs: sealed and hashed, and the same plain. */
  readonly sealUs: number
  readonly plainUs: number
}

const CHUNKS = 200
const NOTHING = new Uint8Array(0)

/** µs of processor time for each: others' work on this machine counts for nothing. */
function cost(work: (i: number) => unknown): number {
  const before = process.cpuUsage()
  for (let i = 0; i < CHUNKS; i++) work(i)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / CHUNKS
}

export async function measureSealing(rounds: number): Promise<Sealing> {
  const primitives = await loadPrimitives()
  const { chacha20Poly1305: cipher, sha256 } = primitives
  const layout = fileLayout(CHUNKS * CHUNK_BYTES)
  if (layout === undefined) throw new Error('no file is so long')
  const key = crypto.getRandomValues(new Uint8Array(FILE_KEY_BYTES))
  const bytes = crypto.getRandomValues(new Uint8Array(CHUNK_BYTES))
  const nonce = new Uint8Array(12)
  const hashing = chunkHashing(primitives)
  const sealedChunk = sealChunk(primitives, key, layout, 1, bytes)
  const all: { readonly seal: number; readonly open: number; readonly plain: number; readonly plainOpen: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const sealed = cipher.seal(key, nonce, bytes, NOTHING)
    const one = {
      seal: cost((i) => hashing.leaf(sealChunk(primitives, key, layout, i, bytes))),
      plain: cost(() => sha256(cipher.seal(key, nonce, bytes, NOTHING))),
      open: cost(() => {
        hashing.leaf(sealedChunk)
        return openChunk(primitives, key, layout, 1, sealedChunk)
      }),
      plainOpen: cost(() => {
        sha256(sealed)
        return cipher.open(key, nonce, sealed, NOTHING)
      }),
    }
    if (round > 0) all.push(one)
  }
  return {
    sealed: median(all.map(({ seal, plain }) => plain / seal)),
    opened: median(all.map(({ open, plainOpen }) => plainOpen / open)),
    sealUs: median(all.map(({ seal }) => seal)),
    plainUs: median(all.map(({ plain }) => plain)),
  }
}
