import { expect, test } from 'vitest'
import { stunServers } from './stun-servers.ts'

const PEER = '12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'
const at = (host: string): string => `/${host}/tcp/443/tls/ws/p2p/${PEER}`

test('a relay is asked at its own host, whatever port it names', () => {
  const ports = new Map([[at('ip4/192.0.2.7'), 4001]])
  expect(stunServers(ports)).toEqual([{ urls: 'stun:192.0.2.7:4001' }])
  expect(stunServers(new Map([[at('ip6/2001:db8::7'), 3478]]))).toEqual([{ urls: 'stun:[2001:db8::7]:3478' }])
  expect(stunServers(new Map([[at('dns4/relay.example'), 3478]]))).toEqual([{ urls: 'stun:relay.example:3478' }])
})

test('one that has none is not asked, and of many no more than two', () => {
  const ports = new Map([[at('ip4/192.0.2.1'), 0], ...[2, 3, 4].map((last) => [at(`ip4/192.0.2.${last}`), 4001] as const)])
  expect(stunServers(ports)).toEqual([{ urls: 'stun:192.0.2.2:4001' }, { urls: 'stun:192.0.2.3:4001' }])
})

test('a host that a browser would not take is left out', () => {
  const odd = ['dns4/relay.example?transport=tcp', 'dns4/a:b', 'ip6/not one', 'dns4/ä.example', 'ip4/']
  expect(stunServers(new Map(odd.map((host) => [at(host), 4001])))).toEqual([])
})
