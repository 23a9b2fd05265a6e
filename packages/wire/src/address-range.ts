/**
 * In which part of the internet an address is: the public one, or a range that means another machine on each network (RFC
 * 6890). What others name in such a range would lead a device to machines of its own house (PROTOCOL §8).
 */
import { isHostName, isIp4, isIp6 } from './ip-address.ts'

/** `public`, or the name of a range. Addresses of two ranges are in different networks. */
export type AddressRange =
  'public' | 'loopback' | 'private 10' | 'private 172.16' | 'private 192.168' | 'link-local' | 'carrier' | 'unique local' | 'internal name' | 'special'

/** The range of a multiaddr's host. What cannot be told is `special`. */
export function rangeOfAddress(address: string): AddressRange {
  const [, kind, host = ''] = address.split('/')
  if (kind === 'ip4') return rangeOfIp4(host)
  if (kind === 'ip6') return rangeOfIp6(host.toLowerCase())
  return kind === 'dns' || kind === 'dns4' || kind === 'dns6' ? rangeOfName(host.toLowerCase()) : 'special'
}

function rangeOfIp4(host: string): AddressRange {
  if (!isIp4(host)) return 'special'
  const [a = 0, b = 0, c = 0] = host.split('.').map(Number)
  if (a === 127) return 'loopback'
  if (a === 10) return 'private 10'
  if (a === 172 && b >= 16 && b < 32) return 'private 172.16'
  if (a === 192 && b === 168) return 'private 192.168'
  if (a === 169 && b === 254) return 'link-local'
  if (a === 100 && b >= 64 && b < 128) return 'carrier'
  const isForTests = (a === 192 && b === 0 && (c === 0 || c === 2)) || (a === 198 && (b === 18 || b === 19)) || (a === 198 && b === 51 && c === 100)
  return isForTests || (a === 203 && b === 0 && c === 113) ? 'special' : 'public'
}

/** The eight groups of an IPv6 address. */
function groupsOf(host: string): readonly number[] {
  const withoutIp4 = host.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [left = '', right] = withoutIp4.split('::')
  const numbers = (half: string): readonly number[] => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16)))
  if (right === undefined) return numbers(left)
  const zeros = 8 - numbers(left).length - numbers(right).length
  return [...numbers(left), ...Array.from({ length: zeros }, () => 0), ...numbers(right)]
}

function rangeOfIp6(host: string): AddressRange {
  if (!isIp6(host)) return 'special'
  const groups = groupsOf(host)
  const [first = 0, second = 0, ...rest] = groups
  const [high = 0, low = 0] = groups.slice(-2)
  const inside = `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
  if (groups.slice(0, 7).every((group) => group === 0) && low === 1) return 'loopback'
  // IPv4 in an IPv6 address: mapped, and translated by a network (RFC 6052).
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return rangeOfIp4(inside)
  if (first === 0x64 && second === 0xff9b && rest.slice(0, 4).every((group) => group === 0)) return rangeOfIp4(inside)
  if ((first & 0xfe00) === 0xfc00) return 'unique local'
  if ((first & 0xffc0) === 0xfe80) return 'link-local'
  const isOldTunnel = first === 0x2002 || (first === 0x2001 && second < 0x200)
  return (first & 0xe000) === 0x2000 && !isOldTunnel && !(first === 0x2001 && second === 0xdb8) ? 'public' : 'special'
}

/** Endings that no public name has, or that networks use for machines of their own. */
const INTERNAL_ENDINGS: ReadonlySet<string> = new Set(['local', 'lan', 'internal', 'intranet', 'home', 'corp', 'private', 'localdomain', 'arpa'])

function rangeOfName(host: string): AddressRange {
  const name = host.replace(/\.$/, '')
  const last = name.split('.').at(-1) ?? ''
  // A browser reads these as IPv4 addresses.
  if (!isHostName(name) || /^0x[0-9a-f]*$/.test(last)) return 'special'
  if (last === 'localhost') return 'loopback'
  return !name.includes('.') || INTERNAL_ENDINGS.has(last) ? 'internal name' : 'public'
}
