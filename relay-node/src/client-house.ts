/** Where a client connects from, as far as budgets are concerned. */

/**
 * The key of an address's budgets: an IPv4 address, or the /64 of an IPv6 address, since one household has all of it.
 *
 * @param multiaddr of the client's end, such as `/ip6/2001:db8::1/tcp/50000/ws`
 */
export function houseOf(multiaddr: string): string {
  const [, family, host = ''] = multiaddr.split('/')
  if (family !== 'ip6') return host
  const groups = ip6Groups(host)
  if (groups === null) return host
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.')
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight numbers of an IPv6 address; null if it is none. A URL writes one in its shortest form, without IPv4 parts. */
export function ip6Groups(host: string): readonly number[] | null {
  const url = URL.parse(`http://[${host}]/`)
  if (url === null) return null
  const [head = '', tail = null] = url.hostname.slice(1, -1).split('::')
  const numbers = (text: string): readonly number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)))
  const [before, after] = [numbers(head), numbers(tail ?? '')]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}
