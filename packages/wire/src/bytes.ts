/**
 * Byte strings: the few operations everything else needs, total and without a dependency.
 *
 * Not for secrets that must be compared in constant time: see `equalConstantTime` in crypto/primitives.
 */

/** Joins byte strings into a new one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Whether two public byte strings are the same. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order of two public byte strings: negative, zero or positive. A prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The character codes, by their 6 bits. */
const BASE64URL_CODE = Uint8Array.from(BASE64URL, (character) => character.charCodeAt(0))
/** By character code; 64 where it is none of them. */
const BASE64URL_VALUE = Uint8Array.from({ length: 128 }, (_, code) => (BASE64URL.indexOf(String.fromCharCode(code)) + 65) % 65)

/** Bytes whose text is made at once, from a list of codes. */
const BASE64URL_AT_ONCE = 768

/** Text form of bytes: base64url without padding (RFC 4648 §5). */
export function toBase64url(bytes: Uint8Array): string {
  return bytes.length <= BASE64URL_AT_ONCE ? base64urlAtOnce(bytes) : longBase64url(bytes)
}

/** Of a long one: a call takes only so many arguments. */
const CODES_AT_ONCE = 4_096

/** Pieces of files: the codes in one array, which takes a third of the time that lists of them do. */
function longBase64url(bytes: Uint8Array): string {
  const whole = bytes.length - (bytes.length % 3)
  const codes = new Uint8Array((whole / 3) * 4)
  for (let i = 0, at = 0; i < whole; i += 3) {
    const chunk = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    codes[at++] = BASE64URL_CODE[chunk >> 18] ?? 0
    codes[at++] = BASE64URL_CODE[(chunk >> 12) & 63] ?? 0
    codes[at++] = BASE64URL_CODE[(chunk >> 6) & 63] ?? 0
    codes[at++] = BASE64URL_CODE[chunk & 63] ?? 0
  }
  let text = ''
  for (let i = 0; i < codes.length; i += CODES_AT_ONCE) text += Reflect.apply(String.fromCharCode, undefined, codes.subarray(i, i + CODES_AT_ONCE))
  return text + base64urlAtOnce(bytes.subarray(whole))
}

/**
 * From its character codes a text is flat at once. One that grows by pieces is copied once more where it is first looked up, and ids
 * become row keys thousands of times a second.
 */
function base64urlAtOnce(bytes: Uint8Array): string {
  const codes: number[] = []
  const whole = bytes.length - (bytes.length % 3)
  const push = (bits: number): void => void codes.push(BASE64URL_CODE[bits & 63] ?? 0)
  for (let i = 0; i < whole; i += 3) {
    const chunk = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    push(chunk >> 18)
    push(chunk >> 12)
    push(chunk >> 6)
    push(chunk)
  }
  if (whole < bytes.length) {
    const chunk = ((bytes[whole] ?? 0) << 16) | ((bytes[whole + 1] ?? 0) << 8)
    push(chunk >> 18)
    push(chunk >> 12)
    if (whole + 1 < bytes.length) push(chunk >> 6)
  }
  return String.fromCharCode(...codes)
}

/** Reads base64url without padding. `undefined` for any other character, length or non-zero spare bits. */
export function fromBase64url(text: string): Uint8Array | undefined {
  const spare = text.length % 4
  if (spare === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  const whole = text.length - spare
  const valueAt = (i: number): number => BASE64URL_VALUE[text.charCodeAt(i)] ?? 64
  // Every bit that any value had: the 64 among them stays.
  let seen = 0
  let offset = 0
  for (let i = 0; i < whole; i += 4) {
    const [a, b, c, d] = [valueAt(i), valueAt(i + 1), valueAt(i + 2), valueAt(i + 3)]
    seen |= a | b | c | d
    bytes[offset] = (a << 2) | (b >> 4)
    bytes[offset + 1] = (b << 4) | (c >> 2)
    bytes[offset + 2] = (c << 6) | d
    offset += 3
  }
  if (spare > 0) {
    const [a, b, c] = [valueAt(whole), valueAt(whole + 1), spare === 3 ? valueAt(whole + 2) : 0]
    seen |= a | b | c
    bytes[offset] = (a << 2) | (b >> 4)
    if (spare === 3) bytes[offset + 1] = (b << 4) | (c >> 2)
    const unused = spare === 3 ? c & 3 : b & 15
    if (unused !== 0) return undefined
  }
  return seen < 64 ? bytes : undefined
}

/** Lower-case hexadecimal text of bytes. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** Reads hexadecimal text of either case. `undefined` for anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** The bytes of a text of ASCII characters only, as most are here; `undefined` for another. */
function ascii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x80) return undefined
    bytes[i] = code
  }
  return bytes
}

/** UTF-8 bytes of a text. An unpaired surrogate becomes U+FFFD, as the Encoding Standard has it. */
export function utf8(text: string): Uint8Array {
  const plain = ascii(text)
  if (plain !== undefined) return plain
  const bytes = new Uint8Array(text.length * 3)
  let length = 0
  for (const character of text) {
    let point = character.codePointAt(0) ?? 0
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd
    if (point < 0x80) {
      bytes[length++] = point
    } else if (point < 0x800) {
      bytes[length++] = 0xc0 | (point >> 6)
      bytes[length++] = 0x80 | (point & 63)
    } else if (point < 0x10000) {
      bytes[length++] = 0xe0 | (point >> 12)
      bytes[length++] = 0x80 | ((point >> 6) & 63)
      bytes[length++] = 0x80 | (point & 63)
    } else {
      bytes[length++] = 0xf0 | (point >> 18)
      bytes[length++] = 0x80 | ((point >> 12) & 63)
      bytes[length++] = 0x80 | ((point >> 6) & 63)
      bytes[length++] = 0x80 | (point & 63)
    }
  }
  return bytes.slice(0, length)
}

/** Reads strict UTF-8. `undefined` for overlong forms, surrogates, truncation or points past U+10FFFF. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  let text = ''
  let i = 0
  while (i < bytes.length) {
    const first = bytes[i++] ?? 0
    if (first < 0x80) {
      text += String.fromCharCode(first)
      continue
    }
    const following = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1
    if (first < 0xc2 || first > 0xf4 || i + following > bytes.length) return undefined
    let point = first & (0x3f >> following)
    for (let j = 0; j < following; j++) {
      const byte = bytes[i++] ?? 0
      if ((byte & 0xc0) !== 0x80) return undefined
      point = (point << 6) | (byte & 63)
    }
    const least = following === 1 ? 0x80 : following === 2 ? 0x800 : 0x10000
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined
    text += String.fromCodePoint(point)
  }
  return text
}
