/**
 * The PROXY protocol, versions 1 and 2: what a balancer that passes connections on as they are says at the beginning of each, so that the
 * relay knows where the client is. Source: HAProxy's "The PROXY protocol" (proxy-protocol.txt of 2.6), section 2. Extensions (2.2.1 to
 * 2.2.8) are passed over, which it allows.
 */
import { isIPv4, isIPv6 } from 'node:net'

/**
 * `incomplete`: nothing is wrong so far. `header`: how long it is, and the client's address; null where it names none, as for the
 * balancer's own checks of health. `wrong`: it is none, and the connection has to end.
 */
export type ProxyHeader =
  { readonly kind: 'incomplete' } | { readonly kind: 'header'; readonly lengthBytes: number; readonly client: string | null } | { readonly kind: 'wrong' }

/** The longest line of version 1, with its end. */
const LONGEST_LINE = 107
/** The fixed part of version 2, and what may follow it: addresses and extensions. A guess: names and ids of a balancer, without certificates. */
const FIXED_BYTES = 16
const MOST_FOLLOWING_BYTES = 2_048

const WRONG: ProxyHeader = { kind: 'wrong' }
const INCOMPLETE: ProxyHeader = { kind: 'incomplete' }
const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a)
const LINE_BEGINS = new TextEncoder().encode('PROXY ')

/** What the first bytes of a connection say. Total: any bytes have an answer, and after `MOST_HEADER_BYTES` it is not `incomplete`. */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (isBeginningOf(LINE_BEGINS, bytes)) return readLine(bytes)
  if (isBeginningOf(SIGNATURE, bytes)) return readBinary(bytes)
  return WRONG
}

/** No header is longer. */
export const MOST_HEADER_BYTES = FIXED_BYTES + MOST_FOLLOWING_BYTES

/** As far as both go. */
const isBeginningOf = (whole: Uint8Array, bytes: Uint8Array): boolean => whole.every((byte, i) => i >= bytes.length || bytes[i] === byte)

function readLine(bytes: Uint8Array): ProxyHeader {
  const text = String.fromCharCode(...bytes.subarray(0, LONGEST_LINE))
  const end = text.indexOf('\r\n')
  if (end < 0) return bytes.length >= LONGEST_LINE ? WRONG : INCOMPLETE
  const line = text.slice(0, end)
  const lengthBytes = end + 2
  // Whatever stands behind it is to be ignored.
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { kind: 'header', lengthBytes, client: null }
  const [, family = '', client = '', server = '', ...ports] = line.split(' ')
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isPlainIPv6 : () => false
  const isRight = isAddress(client) && isAddress(server) && ports.length === 2 && ports.every(isPort)
  return isRight ? { kind: 'header', lengthBytes, client } : WRONG
}

/** Without a zone, which Node takes for a part of an address. */
const isPlainIPv6 = (text: string): boolean => isIPv6(text) && !text.includes('%')
const isPort = (text: string): boolean => /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) < 65_536

/** Version and command. */
const [LOCAL, PROXY] = [0x20, 0x21]
/** Family and transport: TCP by IPv4 and by IPv6. */
const [TCP4, TCP6] = [0x11, 0x21]
const [MOST_FAMILY, MOST_TRANSPORT] = [3, 2]
/** The shortest that may follow, by family: two addresses, and ports. */
const ADDRESSES_BYTES = [0, 12, 36, 216] as const

function readBinary(bytes: Uint8Array): ProxyHeader {
  const [command, kind] = [bytes[12], bytes[13]]
  if (command !== undefined && command !== LOCAL && command !== PROXY) return WRONG
  if (kind !== undefined && (kind >> 4 > MOST_FAMILY || (kind & 15) > MOST_TRANSPORT)) return WRONG
  if (bytes.length < FIXED_BYTES || kind === undefined) return INCOMPLETE
  const following = new DataView(bytes.buffer, bytes.byteOffset, FIXED_BYTES).getUint16(14)
  if (following > MOST_FOLLOWING_BYTES) return WRONG
  if (command === PROXY && following < (ADDRESSES_BYTES[kind >> 4] ?? 0)) return WRONG
  const lengthBytes = FIXED_BYTES + following
  if (bytes.length < lengthBytes) return INCOMPLETE
  const address = command === PROXY && kind === TCP4 ? ip4Text(bytes) : command === PROXY && kind === TCP6 ? ip6Text(bytes) : null
  return { kind: 'header', lengthBytes, client: address }
}

const ip4Text = (bytes: Uint8Array): string => bytes.subarray(FIXED_BYTES, FIXED_BYTES + 4).join('.')

function ip6Text(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + FIXED_BYTES, 16)
  return Array.from({ length: 8 }, (_, group) => view.getUint16(2 * group).toString(16)).join(':')
}
