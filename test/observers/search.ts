/** Finds bytes in a haystack: raw, as hexadecimal, and as base64 of either alphabet at any alignment. */
export function isIn(haystack: Uint8Array, needle: Uint8Array): boolean {
  const hay = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.length)
  const raw = Buffer.from(needle)
  if (hay.includes(raw) || hay.includes(raw.toString('hex')) || hay.includes(raw.toString('hex').toUpperCase())) return true
  return [0, 1, 2].some((offset) => {
    // Characters that depend on the neighbouring bytes are left out.
    const text = Buffer.concat([Buffer.alloc(offset), raw])
      .toString('base64')
      .replace(/=+$/, '')
    const whole = text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + raw.length) * 8) / 6))
    return hay.includes(whole) || hay.includes(whole.replaceAll('+', '-').replaceAll('/', '_'))
  })
}
