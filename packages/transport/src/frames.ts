/**
 * Frames on a byte stream: an unsigned LEB128 length (the varint of libp2p) and that many bytes. Pure and total.
 */
import { Uint8ArrayList } from 'uint8arraylist'

/** The bytes of one frame on the wire. Its length was bounded by the caller. */
export function encodeFrame(body: Uint8Array): Uint8Array {
  const prefix: number[] = []
  let rest = body.length
  while (rest >= 0x80) {
    prefix.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  prefix.push(rest)
  const bytes = new Uint8Array(prefix.length + body.length)
  bytes.set(prefix)
  bytes.set(body, prefix.length)
  return bytes
}

/** Cuts received bytes into frames. Bounded: it never keeps more than one frame and one chunk. */
export class FrameDecoder {
  readonly #mostBytes: number
  readonly #received = new Uint8ArrayList()
  #broken = false

  /** `mostBytes`: the largest frame that is taken. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  push(chunk: Uint8Array | Uint8ArrayList): void {
    if (!this.#broken) this.#received.append(chunk)
  }

  /**
   * The next whole frame (a copy), `undefined` where more bytes are needed, or `'broken'` where the stream can no
   * longer be read: a length over the limit, of zero, or not in its shortest form.
   */
  next(): Uint8Array | 'broken' | undefined {
    if (this.#broken) return 'broken'
    let length = 0
    for (let width = 0; width < this.#received.byteLength; width++) {
      const byte = this.#received.get(width)
      length += (byte & 0x7f) * 2 ** (7 * width)
      if (length > this.#mostBytes || width > 3) return this.#break()
      if (byte >= 0x80) continue
      if (length === 0 || (byte === 0 && width > 0)) return this.#break()
      const end = width + 1 + length
      if (this.#received.byteLength < end) return undefined
      const frame = this.#received.slice(width + 1, end)
      this.#received.consume(end)
      return frame
    }
    return undefined
  }

  #break(): 'broken' {
    this.#broken = true
    this.#received.consume(this.#received.byteLength)
    return 'broken'
  }
}
