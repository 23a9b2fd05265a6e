/** An invite as people pass it on: `sotto:` and base64url of the encoded invite and a checksum (PROTOCOL §5, §13.7). */
import { concat, decode, encode, equalBytes, fromBase64url, type Invite, invite as inviteCodec, L, LIMITS, toBase64url } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import { relaysThatFit } from './relays-that-fit.ts'

export const INVITE_PREFIX = 'sotto:'
const VERSION = 1
/** Enough to see that a link was cut off or mistyped; it protects from nobody. */
const CHECKSUM_BYTES = 4

const checksum = (primitives: Primitives, encoded: Uint8Array): Uint8Array => primitives.sha256(L('invite checksum'), encoded).slice(0, CHECKSUM_BYTES)

/**
 * The text of an invite, at most `LIMITS.inviteTextBytes` characters, with each relay that fits beside those before it: two or
 * three of usual addresses. `undefined` where none fits. It holds a secret: never log it.
 */
export function formatInvite(primitives: Primitives, invite: Invite): string | undefined {
  const textWith = (relays: readonly string[]): string => {
    const encoded = encode(inviteCodec, { ...invite, relays })
    return INVITE_PREFIX + toBase64url(concat(encoded, checksum(primitives, encoded)))
  }
  const relays = relaysThatFit(invite.relays, (some) => textWith(some).length <= LIMITS.inviteTextBytes)
  return relays.length === 0 ? undefined : textWith(relays)
}

export type InviteRejection =
  /** Some other text. */
  | { readonly code: 'notAnInvite' }
  /** Cut off, mistyped or changed on the way. */
  | { readonly code: 'damaged' }
  | { readonly code: 'unsupportedVersion'; readonly version: number; readonly supported: number }

/** Reads a text that is an invite; spaces and line breaks in and around it do not matter. Whether it expired is the caller's question. */
export function parseInvite(primitives: Primitives, pasted: string): Invite | InviteRejection {
  const text = pasted.slice(0, 4 * LIMITS.inviteTextBytes).replace(/\s+/g, '')
  if (text.slice(0, INVITE_PREFIX.length).toLowerCase() !== INVITE_PREFIX) return { code: 'notAnInvite' }
  return readInviteCode(primitives, text.slice(INVITE_PREFIX.length))
}

/** Reads what follows the prefix, all of it. */
export function readInviteCode(primitives: Primitives, code: string): Invite | Exclude<InviteRejection, { readonly code: 'notAnInvite' }> {
  const bytes = fromBase64url(code)
  if (bytes === undefined || bytes.length <= CHECKSUM_BYTES) return { code: 'damaged' }
  const encoded = bytes.slice(0, -CHECKSUM_BYTES)
  if (!equalBytes(checksum(primitives, encoded), bytes.slice(-CHECKSUM_BYTES))) return { code: 'damaged' }
  const version = encoded[0] ?? 0
  if (version !== VERSION) return { code: 'unsupportedVersion', version, supported: VERSION }
  return decode(inviteCodec, encoded) ?? { code: 'damaged' }
}
