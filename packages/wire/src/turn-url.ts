/** Addresses of TURN servers (RFC 7065), as operators name them and relays hand them on. */
import { utf8 } from './bytes.ts'
import { isHostName, isIp4, isIp6 } from './ip-address.ts'
import { LIMITS } from './limits.ts'

/** One that leaves out its port is read by each browser in its own way, so it has one. */
const TURN_URL = /^turns?:(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})(?:\?transport=(?:udp|tcp))?$/

/**
 * The host of `turn:HOST:PORT`, `turns:HOST:PORT`, with or without `?transport=udp` or `=tcp`, as the beginning of a multiaddr. undefined: it is
 * no such address, and a browser may refuse every connection for it.
 */
export function hostOfTurnUrl(url: string): string | undefined {
  const [, ip6, host = '', port] = TURN_URL.exec(url) ?? []
  if (port === undefined || Number(port) === 0 || Number(port) > 65_535 || utf8(url).length > LIMITS.turnUrlBytes) return undefined
  if (ip6 !== undefined) return isIp6(ip6) ? `/ip6/${ip6}` : undefined
  if (isIp4(host)) return `/ip4/${host}`
  return isHostName(host) ? `/dns/${host}` : undefined
}
