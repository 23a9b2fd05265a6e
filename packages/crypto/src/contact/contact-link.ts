/** A contact link as people pass it on: `sotto-contact:` and base64url of the encoded link and a checksum (PROTOCOL §5, §13.55). */
import { concat, type ContactLink, contactLink, decode, encode, equalBytes, fromBase64url, L, LIMITS, toBase64url } from '@sotto/wire'
import { withoutNoise } from '../invite/pasted-text.ts'
import { relaysThatFit } from '../invite/relays-that-fit.ts'
import type { Primitives } from '../primitives/primitives.ts'

const PREFIX = 'sotto-contact:'
const VERSION = 1
/** Against slips of copying; it protects from nobody. */
const CHECKSUM_BYTES = 4
/** The prefix, also as it is in an address that was escaped, and what may be a code behind it. */
const IN_TEXT = /sotto-contact(?::|%3a)([A-Za-z0-9_-]+)/i

const checksum = (primitives: Primitives, encoded: Uint8Array): Uint8Array => primitives.sha256(L('contact link checksum'), encoded).slice(0, CHECKSUM_BYTES)

/**
 * The text of a link, at most `LIMITS.contactLinkBytes` characters, with each relay that fits beside those before it.
 * `undefined` where none fits. It holds a secret: never log it.
 */
export function formatContactLink(primitives: Primitives, link: ContactLink): string | undefined {
  const textWith = (relays: readonly string[]): string => {
    const encoded = encode(contactLink, { ...link, relays })
    return PREFIX + toBase64url(concat(encoded, checksum(primitives, encoded)))
  }
  const relays = relaysThatFit(link.relays, (some) => textWith(some).length <= LIMITS.contactLinkBytes)
  return relays.length === 0 ? undefined : textWith(relays)
}

export type ContactLinkRejection = { readonly code: 'notAContactLink' | 'damaged' | 'unsupportedVersion' }

/** Reads the first link in a text, as mail and messengers hand it on. Where it ends is told by its checksum alone. */
export function findContactLink(primitives: Primitives, pasted: string): ContactLink | ContactLinkRejection {
  const run = IN_TEXT.exec(withoutNoise(pasted.slice(0, LIMITS.pastedInviteCharacters)).bare)?.[1]
  if (run === undefined) return { code: 'notAContactLink' }
  let rejection: ContactLinkRejection = { code: 'damaged' }
  for (let length = Math.min(run.length, LIMITS.contactLinkBytes - PREFIX.length); length > 0; length--) {
    const read = readCode(primitives, run.slice(0, length))
    if (!('code' in read)) return read
    if (read.code !== 'damaged') rejection = read
  }
  return rejection
}

function readCode(primitives: Primitives, code: string): ContactLink | ContactLinkRejection {
  const bytes = fromBase64url(code)
  if (bytes === undefined || bytes.length <= CHECKSUM_BYTES) return { code: 'damaged' }
  const encoded = bytes.slice(0, -CHECKSUM_BYTES)
  if (!equalBytes(checksum(primitives, encoded), bytes.slice(-CHECKSUM_BYTES))) return { code: 'damaged' }
  if (encoded[0] !== VERSION) return { code: 'unsupportedVersion' }
  const link = decode(contactLink, encoded)
  return link === undefined || link.relays.length === 0 ? { code: 'damaged' } : link
}
