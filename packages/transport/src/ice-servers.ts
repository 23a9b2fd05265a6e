/**
 * Whom a direct connection asks: for this device's own addresses the hosts of its relays (PROTOCOL §8.70, §13.61), for a way where there is no
 * other the TURN servers that those name (§8.75, §13.65), and nobody else.
 */

/** More make the search for a way slower, and a relay's answer is as good as another's. */
const MOST_ASKED = 2
/** Each is asked for an address of its own at every connection, and browsers warn of more than five servers in all. */
const MOST_TURN = 2

export interface TurnServers {
  /** `turn:` or `turns:`, held against the rules for them by the machine. */
  readonly urls: readonly string[]
  readonly username: string
  readonly password: string
  /** When the credentials end, ms since the epoch. */
  readonly untilMs: number
}

/** @param servers by the address of the relay that named them */
export function turnServers(servers: ReadonlyMap<string, TurnServers>, nowMs: number): RTCIceServer[] {
  return [...servers.values()]
    .filter(({ untilMs, username, password }) => nowMs < untilMs && username !== '' && password !== '')
    .flatMap(({ urls, username, password }) => urls.map((url) => ({ urls: url, username, credential: password })))
    .slice(0, MOST_TURN)
}

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
