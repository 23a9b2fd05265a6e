/** Where a direct connection asks for this device's own addresses: the hosts of its relays, and nobody else (PROTOCOL §8.70, §13.61). */

/** More make the search for a way slower, and a relay's answer is as good as another's. */
const MOST_ASKED = 2

/** @param ports UDP ports by the address of the relay that named it; 0: it has none */
export function stunServers(ports: ReadonlyMap<string, number>): RTCIceServer[] {
  return [...ports]
    .flatMap(([relay, port]) => {
      const [, family = '', host = ''] = relay.split('/')
      const name = hostIn(family, host)
      return name === undefined || port === 0 ? [] : [{ urls: `stun:${name}:${port}` }]
    })
    .slice(0, MOST_ASKED)
}

/** A host as such an address has it. What is none is left out: a browser refuses every connection where one server's address is wrong. */
function hostIn(family: string, host: string): string | undefined {
  if (family === 'ip6') return URL.canParse(`http://[${host}]/`) ? `[${host}]` : undefined
  return /^[A-Za-z0-9.-]+$/.test(host) ? host : undefined
}
