/** Which texts name a machine on the internet: those that no connection can lead to are none. */

/** An IPv4 address of one machine, in its usual form. */
export function isIp4(text: string): boolean {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return false
  const first = Number(parts[0])
  // "This network", groups of machines and what is reserved (RFC 6890).
  return first > 0 && first < 224
}

/** An IPv6 address of one machine, without a zone: a browser cannot dial one with. */
export function isIp6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const all = groups.flat()
  const tail = all.at(-1) ?? ''
  const hasIp4 = tail.includes('.')
  if (hasIp4 && !(isIp4(tail) && !(halves.length === 2 && halves[1] === ''))) return false
  if (!all.slice(0, hasIp4 ? -1 : undefined).every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false
  const count = all.length + (hasIp4 ? 1 : 0)
  if (halves.length === 2 ? count > 7 : count !== 8) return false
  // Nobody, and groups of machines (RFC 4291).
  return all.some((group) => /[1-9a-f]/i.test(group)) && !/^ff/i.test(halves[0] ?? '')
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i

/** A name of the domain name system (RFC 1035). One that ends in a number would be an IPv4 address that is none. */
export function isHostName(text: string): boolean {
  const labels = text.split('.')
  return text.length <= 253 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
}
