import { concat } from '@sotto/wire'

/** Several parts as one byte string, for providers that hash one. A single part is returned as it is, not copied. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : concat(...parts)
}
