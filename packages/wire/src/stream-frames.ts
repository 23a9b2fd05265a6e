/**
 * Frames on a byte stream: four bytes of length, big-endian, then that many bytes. Used on every stream of ours, to a
 * relay and to a peer. A length above the limit ends the stream; nothing is allocated for it.
 */
import { concat } from './bytes.ts'
import { LIMITS } from './limits.ts'

const PREFIX_BYTES = 4

/** A frame with its length before it. Throws if it is empty or longer than `LIMITS.frameBytes` (a fault of ours). */
export function toStreamFrame(frame: Uint8Array): Uint8Array {
  if (frame.length === 0 || frame.length > LIMITS.frameBytes) throw new RangeError(`a frame of ${frame.length} bytes`)
  const out = new Uint8Array(PREFIX_BYTES + frame.length)
  new DataView(out.buffer).setUint32(0, frame.length)
  out.set(frame, PREFIX_BYTES)
  return out
}

/** Takes chunks as they arrive and gives back whole frames. */
export interface FrameSplitter {
  /** The frames that this chunk completes; `undefined` where a length is 0 or too long: close the stream then. */
  readonly push: (chunk: Uint8Array) => readonly Uint8Array[] | undefined
}

/** One per stream. Holds at most one unfinished frame. */
export function createFrameSplitter(mostBytes: number = LIMITS.frameBytes): FrameSplitter {
  let chunks: Uint8Array[] = []
  let held = 0
  /** Bytes that must be there before anything can be cut off: a prefix, or a prefix and its frame. */
  let needed = PREFIX_BYTES
  return {
    push: (chunk) => {
      chunks.push(chunk)
      held += chunk.length
      if (held < needed) return []
      const bytes = concat(...chunks)
      const view = new DataView(bytes.buffer)
      const frames: Uint8Array[] = []
      let offset = 0
      needed = PREFIX_BYTES
      while (bytes.length - offset >= PREFIX_BYTES) {
        const length = view.getUint32(offset)
        if (length === 0 || length > mostBytes) return undefined
        needed = PREFIX_BYTES + length
        if (bytes.length - offset < needed) break
        frames.push(bytes.slice(offset + PREFIX_BYTES, offset + needed))
        offset += needed
        needed = PREFIX_BYTES
      }
      chunks = [bytes.slice(offset)]
      held = bytes.length - offset
      return frames
    },
  }
}
