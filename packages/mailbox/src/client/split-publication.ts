/** A prekey publication is larger than a frame. It goes in parts, each with the shared bytes. */
import { type KeyPublication, LIMITS } from '@sotto/wire'

/** Leaves room in a frame for the request around it. */
const PART_BYTES = LIMITS.frameBytes - 8 * 1024
/** A key's id and length. */
const NUMBER_BYTES = 6

/** At least one part, in order, each small enough for one frame. The relay adds up their one-time keys. */
export function splitPublication(publication: KeyPublication): readonly [KeyPublication, ...KeyPublication[]] {
  const { shared, lastResort } = publication
  const baseBytes = shared.length + lastResort.length
  const parts: KeyPublication[] = []
  let oneTime: KeyPublication['oneTime'][number][] = []
  let oneTimeKem: KeyPublication['oneTimeKem'][number][] = []
  let sizeBytes = baseBytes
  const makeRoom = (keyBytes: number): void => {
    if (sizeBytes + keyBytes > PART_BYTES) {
      parts.push({ shared, lastResort, oneTime, oneTimeKem })
      oneTime = []
      oneTimeKem = []
      sizeBytes = baseBytes
    }
    sizeBytes += keyBytes
  }
  for (const key of publication.oneTime) {
    makeRoom(key.key.length + NUMBER_BYTES)
    oneTime.push(key)
  }
  for (const key of publication.oneTimeKem) {
    makeRoom(key.key.length + NUMBER_BYTES)
    oneTimeKem.push(key)
  }
  const last = { shared, lastResort, oneTime, oneTimeKem }
  const [first, ...others] = parts
  return first === undefined ? [last] : [first, ...others, last]
}
