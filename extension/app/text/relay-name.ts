/** What relays are called on the screens. Their addresses are long, and most of one is a key. */

/** The host as people write it, and the port where it is not the usual one; the whole address if it is of another shape. */
export function relayName(address: string): string {
  const [, kind, host = '', port = '', rest = ''] = /^\/(ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)(\/.*)?$/.exec(address) ?? []
  if (kind === undefined) return address
  const shown = kind === 'ip6' ? `[${host}]` : host
  const usual = /^\/(?:tls|wss)(?:\/|$)/.test(rest) ? '443' : '80'
  return port === usual ? shown : `${shown}:${port}`
}

/** As much of a peer id's end as tells two apart. */
const TOLD_APART = 6

/** The names of the relays in one list. Two of one name are told apart by the ends of their keys. */
export function relayNames(addresses: readonly string[]): (address: string) => string {
  const names = addresses.map(relayName)
  return (address) => {
    const name = relayName(address)
    return names.filter((each) => each === name).length < 2 ? name : `${name} (…${address.replace(/#.*$/, '').slice(-TOLD_APART)})`
  }
}
