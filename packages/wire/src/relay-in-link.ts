/**
 * A relay's address in a link that people pass on (an invite, a contact link): short, so that two or three fit one QR code
 * (PROTOCOL §5.27). A usual address is written as what it is made of, 39 bytes for one with an IPv4 number, and 25 more where a token
 * admits to the relay; any other as its text.
 */
import { utf8 } from './bytes.ts'
import { type Codec, fixedBytes, type Reader, text, uint16, uint8, type Writer } from './codec.ts'
import { LIMITS } from './limits.ts'
import { admissionToken, splitAdmission, withAdmission } from './relay-admission.ts'
import { keyOfPeerId, peerIdOfKey } from './peer-id-text.ts'

/** Kind 0 is the text. The others are a kind of host with a kind of socket, in this order, from 1 on. */
const HOSTS: readonly string[] = ['ip4', 'ip6', 'dns', 'dns4', 'dns6']
const SOCKETS: readonly string[] = ['ws', 'wss', 'tls/ws']
const AS_TEXT = 0
/** Added to the kind where a token follows. */
const WITH_TOKEN = 0x80

/** The longest name of a host (RFC 1035). */
const HOST_BYTES = 253

interface Parts {
  readonly kind: number
  readonly host: string
  readonly port: number
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array
}

/** IPv4 numbers have four bytes, other hosts are written as they are said. */
const ip4: Codec<string> = {
  write: (out, host) => out.bytes(Uint8Array.from(host.split('.').map(Number))),
  read: (input) => input.bytes(4)?.join('.'),
}
const named = text(HOST_BYTES)
const hostOf = (kind: number): Codec<string> => (kind <= SOCKETS.length ? ip4 : named)
const key = fixedBytes(32)
const whole = text(LIMITS.relayAddressBytes)

const isIp4 = (host: string): boolean => {
  const bytes = Uint8Array.from(host.split('.').map(Number))
  return bytes.length === 4 && bytes.join('.') === host
}

const USUAL = /^\/(ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(0|[1-9]\d{0,4})\/(ws|wss|tls\/ws)\/p2p\/([^/]+)$/

/** What a usual address is made of; `undefined` for any other. */
function partsOf(address: string): Parts | undefined {
  const [, kindOfHost = '', host = '', port = '', socket = '', peer = ''] = USUAL.exec(address) ?? []
  const found = keyOfPeerId(peer)
  if (found === undefined || Number(port) > 0xffff) return undefined
  if (kindOfHost === 'ip4' ? !isIp4(host) : utf8(host).length > HOST_BYTES) return undefined
  return { kind: 1 + HOSTS.indexOf(kindOfHost) * SOCKETS.length + SOCKETS.indexOf(socket), host, port: Number(port), key: found }
}

function write(out: Writer, address: string): void {
  const { address: base, token } = splitAdmission(address)
  const parts = partsOf(base)
  uint8.write(out, (parts?.kind ?? AS_TEXT) + (parts === undefined || token === null ? 0 : WITH_TOKEN))
  if (parts === undefined) return whole.write(out, address)
  hostOf(parts.kind).write(out, parts.host)
  uint16.write(out, parts.port)
  key.write(out, parts.key)
  if (token !== null) admissionToken.write(out, token)
}

function read(input: Reader): string | undefined {
  const first = uint8.read(input)
  const hasToken = first !== undefined && first > WITH_TOKEN
  const kind = first === undefined || !hasToken ? first : first - WITH_TOKEN
  if (kind === undefined || kind > HOSTS.length * SOCKETS.length) return undefined
  const address = kind === AS_TEXT ? whole.read(input) : readParts(input, kind)
  // Each address has one encoding: as its text only where it cannot be shorter.
  if (address === undefined || (partsOf(splitAdmission(address).address)?.kind ?? AS_TEXT) !== kind) return undefined
  if (!hasToken) return address
  const token = admissionToken.read(input)
  return token === undefined ? undefined : withAdmission(address, token)
}

function readParts(input: Reader, kind: number): string | undefined {
  const host = hostOf(kind).read(input)
  const port = host === undefined ? undefined : uint16.read(input)
  const found = port === undefined ? undefined : key.read(input)
  if (host === undefined || port === undefined || found === undefined) return undefined
  const [kindOfHost = '', socket = ''] = [HOSTS[Math.floor((kind - 1) / SOCKETS.length)], SOCKETS[(kind - 1) % SOCKETS.length]]
  return `/${kindOfHost}/${host}/tcp/${port}/${socket}/p2p/${peerIdOfKey(found)}`
}

/** A relay's address of at most `LIMITS.relayAddressBytes`. */
export const relayInLink: Codec<string> = { write, read }
