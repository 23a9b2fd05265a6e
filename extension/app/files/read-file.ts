/** The bytes of a file that is here, a stretch at a time. */
import type { EngineRequest, EngineValue } from '@sotto/engine/api'
import { bytesOf } from '../state/pictures.ts'
import type { Answer } from '../state/answer.ts'
import type { FilePlace } from './file-place.ts'

/** Asked for at once: what one answer holds is small, and each takes its way through the port. A guess. */
const AT_ONCE = 4

type Ask = (request: EngineRequest) => Promise<Answer>

export type ReadBytes = Uint8Array<ArrayBuffer>

/** The reading stopped, for the reason that a person is told. */
export class NotRead extends Error {
  readonly sentence: string
  constructor(sentence: string) {
    super('not read')
    this.sentence = sentence
  }
}

async function answered(ask: Ask, place: FilePlace, fromByte: number, toByte: number): Promise<ReadBytes> {
  const { group, message, number } = place
  const answer = await ask({ kind: 'readFile', group, message, number, fromByte, toByte })
  if (!answer.ok) throw new NotRead(answer.sentence)
  return bytesIn(answer.value)
}

const bytesIn = ({ bytes = '' }: EngineValue): ReadBytes => bytesOf(bytes)

/** The first bytes of a file, as many as come at once, at most so many. Throws `NotRead`. */
export const firstBytes = (ask: Ask, place: FilePlace, most: number): Promise<ReadBytes> => answered(ask, place, 0, most)

/** All of a file in its order. Throws `NotRead`. */
export async function* stretchesOf(ask: Ask, place: FilePlace, sizeBytes: number): AsyncGenerator<ReadBytes, void> {
  let at = 0
  // How much one answer holds, the first one says.
  let step = sizeBytes
  while (at < sizeBytes) {
    const froms = at === 0 ? [0] : Array.from({ length: AT_ONCE }, (_, i) => at + i * step).filter((from) => from < sizeBytes)
    for (const stretch of await Promise.all(froms.map((from) => answered(ask, place, from, Math.min(sizeBytes, from + step))))) {
      if (stretch.length === 0) return
      if (at === 0) step = stretch.length
      at += stretch.length
      yield stretch
    }
  }
}
