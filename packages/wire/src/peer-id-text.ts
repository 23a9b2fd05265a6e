/** The text form of a libp2p peer id: base58 of a multihash of its public key. It has no checksum: a letter may be wrong. */
import { concat } from './bytes.ts'

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

function toBase58(bytes: Uint8Array): string {
  const digits: number[] = []
  for (const byte of bytes) {
    let carry = byte
    for (let i = 0; i < digits.length; i++) {
      carry += (digits[i] ?? 0) * 256
      digits[i] = carry % 58
      carry = Math.floor(carry / 58)
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) digits.push(carry % 58)
  }
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return (
    '1'.repeat(zeros < 0 ? bytes.length : zeros) +
    digits
      .toReversed()
      .map((digit) => BASE58[digit] ?? '')
      .join('')
  )
}

/** What a multihash of a public key begins with, and how many bytes follow. */
const ED25519 = { start: [0x00, 0x24, 0x08, 0x01, 0x12, 0x20], keyBytes: 32 } as const
const KINDS = [
  // The key itself: Ed25519, secp256k1.
  ED25519,
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

/** The Ed25519 key that a peer id is, 32 bytes; `undefined` for a peer id of another kind, and for what is none. */
export function keyOfPeerId(text: string): Uint8Array | undefined {
  const bytes = text.length <= MOST_CHARACTERS ? fromBase58(text) : undefined
  const isOne = bytes?.length === ED25519.start.length + ED25519.keyBytes && ED25519.start.every((byte, i) => bytes[i] === byte)
  return isOne ? bytes.slice(ED25519.start.length) : undefined
}

/** The peer id of an Ed25519 key of 32 bytes. */
export const peerIdOfKey = (key: Uint8Array): string => toBase58(concat(Uint8Array.from(ED25519.start), key))
