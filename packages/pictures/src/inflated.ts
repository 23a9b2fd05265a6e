import { Unzlib } from 'fflate'
import { joined } from './fields.ts'
import { refuse } from './refused.ts'

/** Bytes that are given to the inflater at a time: a byte becomes a thousand at most, so it stops soon behind a limit. */
const STEP_BYTES = 512

/** What a zlib stream (RFC 1950) holds. Refuses one that is damaged, or that becomes longer than `most` bytes. */
export function inflated(deflated: Uint8Array, most: number): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  let ended = false
  const stream = new Unzlib((bytes, final) => {
    parts.push(bytes)
    length += bytes.length
    ended = final
  })
  for (let at = 0; at < deflated.length; at += STEP_BYTES) {
    try {
      stream.push(deflated.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= deflated.length)
    } catch {
      // Its errors are all about the stream.
      refuse('damaged')
    }
    if (length > most) refuse('notSupported')
  }
  if (!ended) refuse('truncated')
  return joined(parts)
}
