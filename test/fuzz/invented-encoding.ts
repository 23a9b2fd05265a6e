/**
 * Valid encodings of any codec, made up from a seed without knowing the codec's purpose.
 *
 * A codec reads by requesting integers and bytes. Here it gets a reader that makes up what is requested and remembers it.
 * If the codec then refuses, the last answers were wrong: they are forgotten and made up again. Now and then all are:
 * an early answer, such as a long list whose order must be right, may leave hardly any way to go on.
 */
import { concat, Reader } from '@sotto/wire'
import type { AnyCodec } from './codecs.ts'

/** Attempts that no codec needed for a valid encoding. */
const MOST_ATTEMPTS = 200_000

/** Attempts after which all answers are made up again. Doubles each time, for codecs that need long. */
const ATTEMPTS_TO_RESTART = 250

/** A source of numbers in [0, 1) that repeats for one seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const bigEndian = (value: number, width: number): Uint8Array =>
  Uint8Array.from({ length: width }, (_, i) => Math.floor(value / 2 ** (8 * (width - 1 - i))) % 256)

/** Mostly small integers (tags, counts, lengths), sometimes any. */
function inventInteger(random: () => number, width: number): Uint8Array {
  const scale = random()
  const below = scale < 0.4 ? 4 : scale < 0.93 ? 16 : scale < 0.97 ? 32 : 2 ** (8 * width)
  return bigEndian(Math.floor(random() * below), width)
}

/** Mostly letters, so that texts are valid, sometimes any bytes. */
function inventBytes(random: () => number, length: number): Uint8Array {
  const any = random() < 0.3
  return Uint8Array.from({ length }, () => (any ? Math.floor(random() * 256) : 0x61 + Math.floor(random() * 26)))
}

class InventingReader extends Reader {
  readonly #answers: Uint8Array[]
  readonly #random: () => number
  #asked = 0

  /** Repeats the existing answers, and appends new ones beyond them. */
  constructor(answers: Uint8Array[], random: () => number) {
    super(new Uint8Array(0))
    this.#answers = answers
    this.#random = random
  }

  override bytes(length: number): Uint8Array {
    const answer = this.#answers[this.#asked] ?? inventBytes(this.#random, length)
    this.#answers[this.#asked++] = answer
    return answer
  }

  override uint(width: number): number {
    const answer = this.#answers[this.#asked] ?? inventInteger(this.#random, width)
    this.#answers[this.#asked++] = answer
    return answer.reduce((value, byte) => value * 256 + byte, 0)
  }
}

/** An encoding that the codec reads, the same for the same seed. Throws if none was found. */
export function inventEncoding(codec: AnyCodec, seed: number): Uint8Array {
  const random = seededRandom(seed)
  const answers: Uint8Array[] = []
  let restartAt = ATTEMPTS_TO_RESTART
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (codec.read(new InventingReader(answers, random)) !== undefined) return concat(...answers)
    if (attempt === restartAt) {
      restartAt *= 2
      answers.length = 0
      continue
    }
    const forgotten = random() < 0.8 ? 1 : 1 + Math.floor(random() * answers.length)
    answers.length = Math.max(0, answers.length - forgotten)
  }
  throw new Error(`no encoding in ${MOST_ATTEMPTS} attempts`)
}

/** The bytes with one error: a bit, an end cut off or added, a piece removed or duplicated. */
export function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * bytes.length)
  const to = at + Math.floor(random() * (bytes.length - at + 1))
  switch (Math.floor(random() * 6)) {
    case 0:
      return bytes.length === 0 ? Uint8Array.of(0) : bytes.with(at, (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8)))
    case 1:
      return bytes.length === 0 ? Uint8Array.of(255) : bytes.with(at, 255)
    case 2:
      return bytes.slice(0, at)
    case 3:
      return concat(bytes, Uint8Array.of(Math.floor(random() * 256)))
    case 4:
      return concat(bytes.slice(0, at), bytes.slice(to))
    default:
      return concat(bytes.slice(0, to), bytes.slice(at))
  }
}
