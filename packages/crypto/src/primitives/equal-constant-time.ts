/**
 * Whether two byte strings are equal, in a time that depends on their lengths only: no byte decides a branch.
 * Shared by both providers; a call into wasm would cost more than it.
 */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
