import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, utf8 } from './bytes.ts'
import { decode, encode } from './codec.ts'
import { LIMITS } from './limits.ts'
import { peerIdOfKey } from './peer-id-text.ts'
import { relayInLink } from './relay-in-link.ts'

const PEER = '12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG'
const sizeOf = (address: string): number => encode(relayInLink, address).length

describe('a usual address', () => {
  test.for([
    [`/ip4/192.0.2.7/tcp/4001/ws/p2p/${PEER}`, 39],
    [`/dns/relay.example.org/tcp/443/wss/p2p/${PEER}`, 53],
    [`/dns4/relay.example.org/tcp/443/tls/ws/p2p/${PEER}`, 53],
    [`/ip6/2001:db8::1/tcp/4001/ws/p2p/${PEER}`, 47],
  ] as const)('%s takes %i bytes and reads as it was', ([address, bytes]) => {
    expect(sizeOf(address)).toBe(bytes)
    expect(decode(relayInLink, encode(relayInLink, address))).toBe(address)
  })

  test('is any host of five kinds, any port, each kind of socket and any Ed25519 key', () => {
    const host = fc.oneof(
      fc.ipV4().map((ip) => `ip4/${ip}`),
      fc.ipV6().map((ip) => `ip6/${ip}`),
      fc.tuple(fc.constantFrom('dns', 'dns4', 'dns6'), fc.domain()).map(([kind, name]) => `${kind}/${name}`),
    )
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(host, fc.nat(0xffff), fc.constantFrom('ws', 'wss', 'tls/ws'), key, (of, port, socket, peer) => {
        const address = `/${of}/tcp/${port}/${socket}/p2p/${peerIdOfKey(peer)}`
        const bytes = encode(relayInLink, address)
        expect(decode(relayInLink, bytes)).toBe(address)
        expect(bytes.length).toBeLessThan(utf8(address).length - 20)
      }),
    )
  })

  test('has one encoding: as text it is refused', () => {
    const address = `/ip4/192.0.2.7/tcp/4001/ws/p2p/${PEER}`
    const text = utf8(address)
    expect(decode(relayInLink, concat(Uint8Array.of(0, text.length >> 8, text.length), text))).toBeUndefined()
  })
})

describe('any other address', () => {
  test.for([
    `/ip4/192.0.2.07/tcp/4001/ws/p2p/${PEER}`,
    `/ip4/192.0.2.7/tcp/04001/ws/p2p/${PEER}`,
    `/ip4/192.0.2.7/tcp/70000/ws/p2p/${PEER}`,
    `/dns4/relay.example/tcp/443/tls/sni/example.org/ws/p2p/${PEER}`,
    `/dns4/relay.example/tcp/443/wss/http-path/a/p2p/${PEER}`,
    // A key of another kind, by its hash.
    '/dns4/relay.example/tcp/443/wss/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
    '',
  ])('%s is written as its text', (address) => {
    expect(sizeOf(address)).toBe(3 + utf8(address).length)
    expect(decode(relayInLink, encode(relayInLink, address))).toBe(address)
  })

  test('is at most as long as an address may be', () => {
    expect(() => encode(relayInLink, 'x'.repeat(LIMITS.relayAddressBytes + 1))).toThrow()
  })
})

test('a kind that is none, a host that ends an address early and what is cut off are refused', () => {
  const bytes = encode(relayInLink, `/dns/relay.example.org/tcp/443/wss/p2p/${PEER}`)
  expect(decode(relayInLink, bytes.with(0, 16))).toBeUndefined()
  expect(decode(relayInLink, bytes.with(2, 0x2f))).toBeUndefined()
  for (let length = 0; length < bytes.length; length++) expect(decode(relayInLink, bytes.slice(0, length))).toBeUndefined()
})
