/**
 * What both providers ask of their inputs, so that a wrong length ends the same way in both.
 */

/** Throws unless something of ours (a key, a nonce, a seed) has the length it must have: a fault, never a peer's. */
export function requireLength(what: string, bytes: Uint8Array, lengthBytes: number): void {
  if (bytes.length !== lengthBytes) throw new RangeError(`${what}: ${bytes.length} bytes where ${lengthBytes} belong`)
}

/** HKDF's output ends at 255 blocks (RFC 5869 §2.3). Throws for a length that it cannot give. */
export function requireHkdfLength(lengthBytes: number): void {
  if (!Number.isInteger(lengthBytes) || lengthBytes < 1 || lengthBytes > 255 * 32) {
    throw new RangeError(`HKDF of ${lengthBytes} bytes where 1 to 8160 can be had`)
  }
}

/** Costs that both providers of Argon2id take. Throws for others. */
export function requireArgon2Inputs(salt: Uint8Array, cost: { readonly memoryKib: number; readonly passes: number }, lengthBytes: number): void {
  requireLength('Argon2id salt', salt, 16)
  if (!Number.isInteger(cost.memoryKib) || cost.memoryKib < 8) throw new RangeError(`Argon2id in ${cost.memoryKib} KiB`)
  if (!Number.isInteger(cost.passes) || cost.passes < 1) throw new RangeError(`Argon2id in ${cost.passes} passes`)
  if (!Number.isInteger(lengthBytes) || lengthBytes < 16) throw new RangeError(`Argon2id of ${lengthBytes} bytes`)
}
