/** Watermarks of an epoch, cut to pages: one frame does not hold those of a large group (PROTOCOL §7). */
import { compareBytes, type DeviceId, LIMITS, type ReceivedSet, toBase64url } from '@sotto/wire'

/** Bounds of all possible device ids. */
export const FIRST_DEVICE = new Uint8Array(32) as DeviceId
export const LAST_DEVICE = new Uint8Array(32).fill(0xff) as DeviceId

/** What was received under the keys of the devices from one to another, both included. */
export interface ReceivedPage {
  readonly from: DeviceId
  readonly to: DeviceId
  readonly received: readonly ReceivedSet[]
}

/** Watermarks in pages that fit a frame each; the keys of one device stay together, and all devices are covered. */
export function pagesOf(received: readonly ReceivedSet[]): readonly ReceivedPage[] {
  const pages: { from: DeviceId; to: DeviceId; received: ReceivedSet[] }[] = [{ from: FIRST_DEVICE, to: LAST_DEVICE, received: [] }]
  let bytes = 0
  for (const [device, keys] of byDevice(received)) {
    const size = keys.reduce((sum, key) => sum + bytesOf(key), 0)
    const page = pages.at(-1)
    if (page === undefined) continue
    if (page.received.length > 0 && (bytes + size > LIMITS.recordBytes || page.received.length + keys.length > LIMITS.receivedSets)) {
      page.to = deviceBefore(device)
      pages.push({ from: device, to: LAST_DEVICE, received: [...keys] })
      bytes = size
    } else {
      page.received.push(...keys)
      bytes += size
    }
  }
  return pages
}

/** What a watermark takes: device, key id and the number of its ranges; and each range. */
const RECEIVED_SET_BYTES = 36
const RANGE_BYTES = 4
const bytesOf = (key: ReceivedSet): number => RECEIVED_SET_BYTES + RANGE_BYTES * key.iterations.length

function byDevice(received: readonly ReceivedSet[]): readonly (readonly [DeviceId, readonly ReceivedSet[]])[] {
  return [...Map.groupBy(received, (key) => toBase64url(key.device)).values()]
    .flatMap((keys) => (keys[0] === undefined ? [] : [[keys[0].device, newestThatFit(keys)] as const]))
    .toSorted(([a], [b]) => compareBytes(a, b))
}

/**
 * The keys of one device, less the oldest where they are more than a frame takes. The device itself chose how many there
 * are, and a frame that is too long would take the other devices of its page with it.
 */
function newestThatFit(keys: readonly ReceivedSet[]): readonly ReceivedSet[] {
  let bytes = 0
  const fits = (key: ReceivedSet): boolean => (bytes += bytesOf(key)) <= LIMITS.recordBytes
  const isAll = keys.length <= LIMITS.receivedSets && keys.every(fits)
  if (isAll) return keys
  bytes = 0
  return keys
    .toSorted((a, b) => b.keyId - a.keyId)
    .slice(0, LIMITS.receivedSets)
    .filter(fits)
}

/** The greatest device id below this one, which is not the first. */
function deviceBefore(device: DeviceId): DeviceId {
  const before = device.slice() as DeviceId
  for (let i = before.length - 1; i >= 0; i--) {
    const byte = before[i] ?? 0
    before[i] = (byte + 255) % 256
    if (byte > 0) break
  }
  return before
}
