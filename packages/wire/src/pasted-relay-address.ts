/**
 * A relay's address as people copy it, read into the multiaddr that is dialled (PROTOCOL §8): in brackets or between
 * words, wrapped, with a full stop, as `host:port` or as the address of a WebSocket.
 */
import { utf8 } from './bytes.ts'
import { isHostName, isIp4, isIp6 } from './ip-address.ts'
import { LIMITS } from './limits.ts'
import { isPeerIdText } from './peer-id-text.ts'
import { splitAdmission, withAdmission } from './relay-admission.ts'

export interface RelayAddress {
  /** Multiaddr, ending in the relay's peer id where that is known. */
  readonly address: string
  /** Null: the relay that answers there is asked for it. */
  readonly peer: string | null
}

export type RelayAddressRejection =
  /** Some other text. */
  | { readonly code: 'notAnAddress' }
  | { readonly code: 'tooLong'; readonly length: number; readonly limit: number }
  /** No machine can have this name or number. */
  | { readonly code: 'hostImpossible' }
  | { readonly code: 'portMissing' }
  | { readonly code: 'portImpossible' }
  /** It leads to something that a browser cannot connect to. */
  | { readonly code: 'notWebSocket' }
  /** A path behind the host: nothing of ours dials one. */
  | { readonly code: 'hasPath' }
  /** The name of the relay's key has letters that are none, or too few or too many. */
  | { readonly code: 'peerImpossible' }

type Read = RelayAddress | RelayAddressRejection

const NOT_AN_ADDRESS: RelayAddressRejection = { code: 'notAnAddress' }
/** What surrounds a text that was copied, and is never in an address. Square brackets may be: they stay. */
const AROUND = String.raw`\s<>(){}"'\u0060|,;\u00ab\u00bb\u2018-\u201f\u2039\u203a\u300c-\u300f`
const MULTIADDR = new RegExp(String.raw`/(?:ip4|ip6|ip6zone|dns|dns4|dns6|dnsaddr)/[^${AROUND}\]]*`, 'i')
const ENDS = new RegExp(`^[${AROUND}]+|[${AROUND}]+$`, 'g')
const WEB_ADDRESS = new RegExp(String.raw`(?:wss?|https?)://[^${AROUND}]*`, 'i')

/** Reads a relay's address in a pasted text. */
export function readRelayAddress(pasted: string): Read {
  const text = pasted
    .slice(0, 4 * LIMITS.relayAddressBytes)
    .replace(/[\p{Cf}]+/gu, '')
    .trim()
  // Wrapped over lines or not: what fits is right, and what follows it never does.
  const joined = readFound(text.replace(/(?:^|[\r\n])[\s>|]+/g, '').replace(/\s+/g, ''))
  return 'code' in joined ? readFound(text) : joined
}

/** What may follow the address of a relay that is not open to everybody. */
const TOKEN = /#[\w-]{34}(?![\w-])/

/** With the token behind it, if it has one. */
function readFound(text: string): Read {
  const { token } = splitAdmission(TOKEN.exec(text)?.[0] ?? '')
  const read = readBare(token === null ? text : text.replace(TOKEN, ' '))
  if (token === null || 'code' in read) return read
  return limited({ ...read, address: withAdmission(read.address, token) })
}

function readBare(text: string): Read {
  const multiaddr = MULTIADDR.exec(text)?.[0]
  const read = multiaddr === undefined ? readWebAddress(text) : readMultiaddr(withoutEnd(multiaddr))
  return limited(read)
}

function limited(read: Read): Read {
  const length = 'code' in read ? 0 : utf8(read.address).length
  return length > LIMITS.relayAddressBytes ? { code: 'tooLong', length, limit: LIMITS.relayAddressBytes } : read
}

const withoutEnd = (text: string): string => text.replace(/[./:!?*_\\]+$/, '')

/** A host of any kind as the beginning of a multiaddr. */
function hostPart(kind: string, host: string): string | undefined {
  if (kind === 'ip4') return isIp4(host) ? `/ip4/${host}` : undefined
  if (kind === 'ip6') return isIp6(host) ? `/ip6/${host.toLowerCase()}` : undefined
  return isHostName(host) ? `/${kind}/${host.toLowerCase()}` : undefined
}

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

function withPeer(base: string, peer: string | null): Read {
  if (peer === null) return { address: base, peer }
  return isPeerIdText(peer) ? { address: `${base}/p2p/${peer}`, peer } : { code: 'peerImpossible' }
}

function readMultiaddr(text: string): Read {
  const [, kind = '', host = '', transport, port, ...rest] = text.split('/')
  if (/^(?:dnsaddr|ip6zone)$/i.test(kind)) return { code: 'notWebSocket' }
  const base = hostPart(kind.toLowerCase(), host)
  if (base === undefined) return { code: 'hostImpossible' }
  if (transport === undefined) return { code: 'portMissing' }
  if (transport.toLowerCase() !== 'tcp') return { code: 'notWebSocket' }
  if (port === undefined || port === '') return { code: 'portMissing' }
  if (!isPort(port)) return { code: 'portImpossible' }
  const socket = /^(wss|ws|tls\/ws|tls\/sni\/[^/]+\/ws)(?:\/(.*))?$/i.exec(rest.join('/'))
  if (socket === null) return { code: 'notWebSocket' }
  const [, protocol = '', end = ''] = socket
  return readEnd(`${base}/tcp/${Number(port)}/${protocol.toLowerCase()}`, end)
}

/** What follows the address of the socket: nothing, or the relay's peer id. */
function readEnd(base: string, end: string): Read {
  if (end === '') return withPeer(base, null)
  const peer = /^(?:p2p|ipfs)(?:\/([^/]*))?$/i.exec(end)
  if (peer !== null) return withPeer(base, peer[1] ?? '')
  return /^(?:p2p|ipfs)\//i.test(end) ? NOT_AN_ADDRESS : { code: 'hasPath' }
}

const HOST_AND_PORT = /^(?:(wss?|https?):\/\/)?(?:\[([^\]]*)\]|([^/:[\]@?#]+))(?::([^/]*))?(?:\/(.*))?$/i
/** A name that could be meant as one: with a dot in it. */
const LOOKS_LIKE_HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i

function readWebAddress(text: string): Read {
  const found = WEB_ADDRESS.exec(text)?.[0] ?? text.replace(ENDS, '')
  const plain = withoutEnd(/^\[[^\]]*\]$/.test(found) && !found.includes('::') ? found.slice(1, -1) : found)
  const parts = HOST_AND_PORT.exec(plain.endsWith(']') && !plain.includes('[') ? plain.slice(0, -1) : plain)
  if (parts === null) return NOT_AN_ADDRESS
  const [, scheme, ip6, name = '', port, end = ''] = parts
  if (scheme === undefined && port !== undefined && !/^\d+$/.test(port)) return NOT_AN_ADDRESS
  const isAlone = scheme === undefined && port === undefined
  if (isAlone && ip6 === undefined && !LOOKS_LIKE_HOST.test(name)) return NOT_AN_ADDRESS
  const base = ip6 === undefined ? hostPart(/^[\d.]+$/.test(name) ? 'ip4' : 'dns', name) : hostPart('ip6', ip6)
  if (base === undefined) return /\s/.test(name) ? NOT_AN_ADDRESS : { code: 'hostImpossible' }
  if (isAlone) return { code: 'portMissing' }
  if (port !== undefined && !isPort(port)) return { code: 'portImpossible' }
  const isSecure = scheme === undefined ? Number(port) === HTTPS_PORT : /^(?:wss|https)$/i.test(scheme)
  return readEnd(`${base}/tcp/${Number(port ?? (isSecure ? HTTPS_PORT : HTTP_PORT))}/${isSecure ? 'wss' : 'ws'}`, end)
}

const HTTP_PORT = 80
const HTTPS_PORT = 443
