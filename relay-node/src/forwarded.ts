/** Where a client is that comes through a reverse proxy. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** The operator's own proxies. Only from them is the header believed: anybody can send one. */
export interface Proxies {
  readonly isTrusted: (address: string) => boolean
}

/** @param addresses IP addresses, or ranges such as `10.0.0.0/8`; throws a RangeError with the first that is none */
export function trustProxies(addresses: readonly string[]): Proxies {
  const list = new BlockList()
  const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
  for (const text of addresses) {
    const [address = '', bits] = text.split('/')
    const most = isIP(address) === 6 ? 128 : 32
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : most + 1
    if (isIP(address) === 0 || prefix > most) throw new RangeError(`“${text}” is no IP address.`)
    list.addSubnet(address, prefix, familyOf(address))
  }
  return { isTrusted: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)) }
}

/**
 * The address of the client behind a request: the last one of X-Forwarded-For that is no proxy of the operator's. What
 * stands before it the client may have written itself. Without a trusted proxy it is `own`: where the connection comes from.
 */
export function clientOf({ socket, headers }: IncomingMessage, { isTrusted }: Proxies, own: string | undefined = socket.remoteAddress): string | undefined {
  if (own === undefined || !isTrusted(own)) return own
  const header = headers['x-forwarded-for']
  const named = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((text) => text.trim())
  for (const address of named.reverse()) {
    if (isIP(address) === 0) return own
    if (!isTrusted(address)) return address
  }
  return own
}
