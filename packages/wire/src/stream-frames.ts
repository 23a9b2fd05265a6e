/**
 * Frames on a byte stream: an unsigned LEB128 length (the varint of libp2p) in its shortest form, then that many bytes.
 * A length of zero or above the limit ends the stream; nothing is allocated for it.
 */
import { concat } from './bytes.ts'
import { LIMITS } from './limits.ts'

/** Enough for every limit here (21 bits). */
const MOST_PREFIX_BYTES = 3

/** A frame with its length before it. Throws if it is empty or longer than `mostBytes` (a fault of ours). */
export function toStreamFrame(frame: Uint8Array, mostBytes: number = LIMITS.frameBytes): Uint8Array {
  if (frame.length === 0 || frame.length > mostBytes) throw new RangeError(`a frame of ${frame.length} bytes`)
  const prefix: number[] = []
  let rest = frame.length
  for (; rest >= 0x80; rest >>>= 7) prefix.push((rest & 0x7f) | 0x80)
  return concat(Uint8Array.from([...prefix, rest]), frame)
}

/** Takes chunks as they arrive and returns whole frames. */
export interface FrameSplitter {
  /** The frames that this chunk completes, in a buffer of their own; `undefined` where the stream cannot be read any further: close it then. */
  readonly push: (chunk: Uint8Array) => readonly Uint8Array[] | undefined
}

type Prefix = { readonly frameBytes: number; readonly prefixBytes: number } | 'unfinished' | 'broken'

function readPrefix(bytes: Uint8Array, mostBytes: number): Prefix {
  let frameBytes = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (i >= MOST_PREFIX_BYTES) return 'broken'
    frameBytes += (byte & 0x7f) * 2 ** (7 * i)
    if (frameBytes > mostBytes) return 'broken'
    if (byte >= 0x80) continue
    return byte === 0 ? 'broken' : { frameBytes, prefixBytes: i + 1 }
  }
  return 'unfinished'
}

/** One per stream. Holds at most one unfinished frame. */
export function createFrameSplitter(mostBytes: number = LIMITS.frameBytes): FrameSplitter {
  let chunks: Uint8Array[] = []
  let heldBytes = 0
  /** Held bytes below which no frame can be whole: chunks are joined once for a frame, not once for a chunk. */
  let neededBytes = 1
  return {
    push: (chunk) => {
      chunks.push(chunk)
      heldBytes += chunk.length
      if (heldBytes < neededBytes) return []
      let rest = concat(...chunks)
      const frames: Uint8Array[] = []
      for (;;) {
        const prefix = readPrefix(rest, mostBytes)
        if (prefix === 'broken') return undefined
        neededBytes = prefix === 'unfinished' ? rest.length + 1 : prefix.prefixBytes + prefix.frameBytes
        if (prefix === 'unfinished' || rest.length < neededBytes) break
        frames.push(rest.subarray(prefix.prefixBytes, neededBytes))
        rest = rest.subarray(neededBytes)
      }
      chunks = [rest.slice()]
      heldBytes = rest.length
      return frames
    },
  }
}
