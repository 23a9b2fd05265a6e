/** The text form of a libp2p peer id: base58 of a multihash of its public key. It has no checksum: a letter may be wrong. */
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function fromBase58(text: string): Uint8Array | undefined {
  const bytes: number[] = []
  for (const character of text) {
    let carry = BASE58.indexOf(character)
    if (carry < 0) return undefined
    for (let i = 0; i < bytes.length; i++) {
      carry += (bytes[i] ?? 0) * 58
      bytes[i] = carry & 0xff
      carry >>= 8
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff)
  }
  const zeros = /^1*/.exec(text)?.[0].length ?? 0
  return Uint8Array.from([...Array.from({ length: zeros }, () => 0), ...bytes.reverse()])
}

/** What a multihash of a public key begins with, and how many bytes follow. */
const KINDS = [
  // The key itself: Ed25519, secp256k1.
  { start: [0x00, 0x24, 0x08, 0x01, 0x12, 0x20], keyBytes: 32 },
  { start: [0x00, 0x25, 0x08, 0x02, 0x12, 0x21], keyBytes: 33 },
  // SHA-256 of a longer one.
  { start: [0x12, 0x20], keyBytes: 32 },
] as const

/** Longest text of any of them. */
const MOST_CHARACTERS = 56

/** Whether a text may be a peer id. */
export function isPeerIdText(text: string): boolean {
  const bytes = text.length <= MOST_CHARACTERS ? fromBase58(text) : undefined
  return bytes !== undefined && KINDS.some(({ start, keyBytes }) => bytes.length === start.length + keyBytes && start.every((byte, i) => bytes[i] === byte))
}
