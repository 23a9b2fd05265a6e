/**
 * Tells a device that asks by UDP from which address it asks (STUN, RFC 8489; PROTOCOL §8.70), so that two browsers behind routers find a
 * way to each other without asking anybody else. A basic server (§12): Binding requests only, no authentication, nothing is kept.
 */
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { houseOf, ip6Groups } from './client-house.ts'

/** RFC 8489 §5. */
const HEADER_BYTES = 20
const MAGIC_COOKIE = 0x2112_a442
const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101
const BINDING_ERROR = 0x0111
/** RFC 8489 §18.3.1. */
const XOR_MAPPED_ADDRESS = 0x0020
const ERROR_CODE = 0x0009
const UNKNOWN_ATTRIBUTES = 0x000a
const UNKNOWN_ATTRIBUTE = 420
/** Attributes up to here have to be understood. These are, and say nothing to a server that authenticates nobody: RFC 8489 §14, RFC 8445 §7.1. */
const LAST_REQUIRED = 0x7fff
const UNDERSTOOD: readonly number[] = [0x0006, 0x0008, 0x001c, 0x001e, 0x0024, 0x0025]
/** More unknown ones are not named: an answer is about as long as its question. */
const NAMED_UNKNOWN = 4

/** Where a datagram came from, as `node:dgram` says it. */
export interface UdpSource {
  readonly address: string
  readonly port: number
}

/** The answer to a datagram; undefined: it is no Binding request, and gets none. */
export function answerBinding(datagram: Uint8Array, from: UdpSource): Uint8Array | undefined {
  if (datagram.length < HEADER_BYTES) return undefined
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length)
  const lengthBytes = view.getUint16(2)
  const isRequest = view.getUint16(0) === BINDING_REQUEST && view.getUint32(4) === MAGIC_COOKIE
  if (!isRequest || lengthBytes % 4 !== 0 || lengthBytes !== datagram.length - HEADER_BYTES) return undefined
  const attributes = attributesOf(view)
  if (attributes === undefined) return undefined
  const transaction = datagram.subarray(4, HEADER_BYTES)
  const unknown = attributes.filter((type) => type <= LAST_REQUIRED && !UNDERSTOOD.includes(type))
  return unknown.length === 0 ? message(BINDING_SUCCESS, transaction, mappedAddress(from, transaction)) : refusal(transaction, unknown)
}

/** The types of its attributes; undefined: they do not fit. */
function attributesOf(view: DataView): readonly number[] | undefined {
  const types: number[] = []
  let at = HEADER_BYTES
  while (at < view.byteLength) {
    const end = at + 4 + padded(view.getUint16(at + 2))
    if (end > view.byteLength) return undefined
    types.push(view.getUint16(at))
    at = end
  }
  return types
}

const padded = (lengthBytes: number): number => Math.ceil(lengthBytes / 4) * 4

/** Without its XOR, some routers would replace the address on its way (RFC 8489 §14.2). `transaction`: with the cookie, 16 bytes. */
function mappedAddress({ address, port }: UdpSource, transaction: Uint8Array): Uint8Array {
  // A scope, such as `%eth0`, is no part of an address.
  const groups = isIPv6(address) ? (ip6Groups(address.split('%')[0] ?? '') ?? []) : null
  const bytes = Uint8Array.from(groups === null ? address.split('.').map(Number) : groups.flatMap((group) => [group >> 8, group & 0xff]))
  const value = new Uint8Array(4 + bytes.length)
  const view = new DataView(value.buffer)
  view.setUint8(1, bytes.length === 4 ? 1 : 2)
  view.setUint16(2, port ^ (MAGIC_COOKIE >>> 16))
  bytes.forEach((byte, i) => view.setUint8(4 + i, byte ^ (transaction[i] ?? 0)))
  return attribute(XOR_MAPPED_ADDRESS, value)
}

function refusal(transaction: Uint8Array, unknown: readonly number[]): Uint8Array {
  const code = Uint8Array.of(0, 0, Math.floor(UNKNOWN_ATTRIBUTE / 100), UNKNOWN_ATTRIBUTE % 100)
  const named = Uint8Array.from(unknown.slice(0, NAMED_UNKNOWN).flatMap((type) => [type >> 8, type & 0xff]))
  return message(BINDING_ERROR, transaction, attribute(ERROR_CODE, code), attribute(UNKNOWN_ATTRIBUTES, named))
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + padded(value.length))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, type)
  view.setUint16(2, value.length)
  bytes.set(value, 4)
  return bytes
}

function message(type: number, transaction: Uint8Array, ...attributes: readonly Uint8Array[]): Uint8Array {
  const lengthBytes = attributes.reduce((sum, { length }) => sum + length, 0)
  const header = new Uint8Array(4)
  const view = new DataView(header.buffer)
  view.setUint16(0, type)
  view.setUint16(2, lengthBytes)
  return Buffer.concat([header, transaction, ...attributes])
}

export interface StunServer {
  readonly port: number
  readonly close: () => Promise<void>
}

export interface StunOptions {
  /** Address to listen on; IPv4 or IPv6. */
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** Answers for one address in a second: the sender of a datagram may name another's address as its own. */
  readonly perAddress: number
  /** Answers in a second. */
  readonly inAll: number
  readonly onCounted: (what: 'stunAnswered' | 'stunDropped') => void
}

/** Resolves when it answers. Rejects if the port is taken. */
export async function startStun({ host, port, perAddress, inAll, onCounted }: StunOptions): Promise<StunServer> {
  const family = isIPv6(host) ? 'ip6' : 'ip4'
  const socket = createSocket({ type: family === 'ip6' ? 'udp6' : 'udp4' })
  /** Answers in this second, by address. */
  const answered = new Map<string, number>()
  let all = 0
  const second = setInterval(() => {
    answered.clear()
    all = 0
  }, 1_000)
  second.unref()
  socket.on('message', (datagram, from) => {
    const house = houseOf(`/${family}/${from.address}/udp/${from.port}`)
    const before = answered.get(house) ?? 0
    const answer = all < inAll && before < perAddress ? answerBinding(datagram, from) : undefined
    onCounted(answer === undefined ? 'stunDropped' : 'stunAnswered')
    if (answer === undefined) return
    answered.set(house, before + 1)
    all++
    // Nobody waits for it: what is lost is asked again.
    socket.send(answer, from.port, from.address, () => undefined)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, host, resolve)
    })
  } catch (error) {
    clearInterval(second)
    throw error
  }
  socket.removeAllListeners('error')
  // An unreachable address of one who asked is that one's matter.
  socket.on('error', () => undefined)
  return {
    port: socket.address().port,
    close: () =>
      new Promise((resolve) => {
        clearInterval(second)
        socket.close(resolve)
      }),
  }
}
