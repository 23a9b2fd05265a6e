/** The text in the picture that two people compare (PROTOCOL §1.10, §13.50). It holds public keys and no secret. */
import { concat, decode, encode, equalBytes, fromBase64url, L, type SafetyCode, safetyCode, toBase64url } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

const PREFIX = 'sotto-safety:'
const VERSION = 1
/** Against slips of copying; it protects from nobody. */
const CHECKSUM_BYTES = 4
/** More than a code and what may stand around it in a message, in characters. */
const LONGEST_TEXT = 2_048
const IN_TEXT = /sotto-safety:([A-Za-z0-9_-]+)/i

const checksum = (primitives: Primitives, encoded: Uint8Array): Uint8Array => primitives.sha256(L('safety code checksum'), encoded).slice(0, CHECKSUM_BYTES)

/** Names the device lists of two accounts, from the side of the one that shows: its own, and the other's as it knows it. */
export const deviceListsHash = (primitives: Primitives, shownBy: Uint8Array, shownTo: Uint8Array): Uint8Array =>
  primitives.sha256(L('safety code lists'), shownBy, shownTo)

export function formatSafetyCode(primitives: Primitives, code: SafetyCode): string {
  const encoded = encode(safetyCode, code)
  return PREFIX + toBase64url(concat(encoded, checksum(primitives, encoded)))
}

export type SafetyCodeRejection = { readonly code: 'notASafetyCode' | 'damaged' | 'unsupportedVersion' }

/** Reads the code in a text, wherever in it it stands. */
export function parseSafetyCode(primitives: Primitives, text: string): SafetyCode | SafetyCodeRejection {
  const found = IN_TEXT.exec(text.slice(0, LONGEST_TEXT).replace(/\s+/g, ''))?.[1]
  if (found === undefined) return { code: 'notASafetyCode' }
  const bytes = fromBase64url(found)
  if (bytes === undefined || bytes.length <= CHECKSUM_BYTES) return { code: 'damaged' }
  const encoded = bytes.slice(0, -CHECKSUM_BYTES)
  if (!equalBytes(checksum(primitives, encoded), bytes.slice(-CHECKSUM_BYTES))) return { code: 'damaged' }
  return encoded[0] === VERSION ? (decode(safetyCode, encoded) ?? { code: 'damaged' }) : { code: 'unsupportedVersion' }
}
