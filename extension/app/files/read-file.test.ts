import type { EngineRequest } from '@sotto/engine/api'
import { expect, it } from 'vitest'
import type { Answer } from '../state/answer.ts'
import { textOfBytes } from '../state/pictures.ts'
import { firstBytes, NotRead, stretchesOf } from './read-file.ts'

const PLACE = { group: 'g', message: 'm', number: 0 }
const CHUNK = 10

/** Answers as the engine does: never more than what is in one chunk. */
const engineWith =
  (file: Uint8Array, missing = Infinity) =>
  async (request: EngineRequest): Promise<Answer> => {
    if (request.kind !== 'readFile') throw new Error('asks something else')
    if (request.fromByte >= missing) return { ok: false, code: 'fileNotHere', sentence: 'not here' }
    const chunkEnd = (Math.floor(request.fromByte / CHUNK) + 1) * CHUNK
    return { ok: true, value: { bytes: textOfBytes(file.slice(request.fromByte, Math.min(request.toByte, chunkEnd))) } }
  }

const all = async (ask: ReturnType<typeof engineWith>, size: number): Promise<readonly number[]> => {
  const bytes: number[] = []
  for await (const stretch of stretchesOf(ask, PLACE, size)) bytes.push(...stretch)
  return bytes
}

it.each([0, 1, 9, 10, 11, 97, 100])('of %i bytes all come, in their order', async (size) => {
  const file = Uint8Array.from({ length: size }, (_, i) => i)
  expect(await all(engineWith(file), size)).toEqual([...file])
})

it('stops with the reason where some of it is not here', async () => {
  await expect(all(engineWith(new Uint8Array(100), 50), 100)).rejects.toEqual(new NotRead('not here'))
})

it('gives the beginning alone', async () => {
  expect(await firstBytes(engineWith(new Uint8Array(100).fill(7)), PLACE, 4)).toEqual(new Uint8Array(4).fill(7))
})
