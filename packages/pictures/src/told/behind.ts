import { startsWith } from '../fields.ts'
import type { RemovedKind } from './removed-kind.ts'

/** What is behind a picture's end: a film or another picture, something else, or nothing but zeros. */
export function toldBehind(bytes: Uint8Array, end: number): readonly RemovedKind[] {
  const behind = bytes.subarray(end)
  if (behind.every((byte) => byte === 0)) return []
  return [startsWith(behind, '\xff\xd8\xff') || startsWith(behind.subarray(4), 'ftyp') ? 'thumbnails' : 'other']
}
