/**
 * Admission to a relay that is not open to everybody (PROTOCOL §8.80): a token that its operator makes and that its address carries
 * after "#", so that it goes wherever the address goes. The relay knows its own tokens by their tag and keeps no list of them.
 */
import { concat, fromBase64url, toBase64url } from './bytes.ts'
import { type Decoded, decode, encode, fixedBytes, struct, uint16, uint32, uint8 } from './codec.ts'
import { L } from './labels.ts'

const VERSION = 1

export const admissionToken = struct({
  version: uint8,
  /** Names the token, and those that were renewed from it: an operator can revoke them, and devices that came with them are counted together. */
  number: uint32,
  /** How many may be connected at once. */
  devices: uint16,
  /** The first day, counted from 1970 in UTC, on which it admits nobody any more. */
  expiresDay: uint16,
  /** Of HMAC-SHA-256 under the relay's key for this. */
  tag: fixedBytes(16),
})
export type AdmissionToken = Decoded<typeof admissionToken>

const terms = struct({ version: uint8, number: uint32, devices: uint16, expiresDay: uint16 })

/** What the tag is made of. */
export const admissionTagInput = (token: Omit<AdmissionToken, 'tag' | 'version'>): Uint8Array =>
  concat(L('relay admission'), encode(terms, { ...token, version: VERSION }))

/** Made of its terms. `tag`: 16 bytes. */
export const admissionTokenOf = (token: Omit<AdmissionToken, 'version'>): AdmissionToken => ({ ...token, version: VERSION })

export const isKnownAdmission = ({ version }: AdmissionToken): boolean => version === VERSION

/** 25 bytes as text. */
const TEXT = /^(.*)#([\w-]{34})$/

/** A relay's address without its token, and the token; null: it carries none. */
export function splitAdmission(address: string): { readonly address: string; readonly token: AdmissionToken | null } {
  const [, base = address, text = ''] = TEXT.exec(address) ?? []
  const bytes = text === '' ? undefined : fromBase64url(text)
  const token = bytes === undefined ? undefined : decode(admissionToken, bytes)
  return token === undefined ? { address, token: null } : { address: base, token }
}

/** The address with this token instead of whatever it carried. */
export function withAdmission(address: string, token: AdmissionToken | null): string {
  const { address: base } = splitAdmission(address)
  return token === null ? base : `${base}#${toBase64url(encode(admissionToken, token))}`
}

/** Puts the peer id that a relay proved into an address that has none. */
export function withPeerId(address: string, peer: string): string {
  const { address: base, token } = splitAdmission(address)
  return withAdmission(`${base}/p2p/${peer}`, token)
}
