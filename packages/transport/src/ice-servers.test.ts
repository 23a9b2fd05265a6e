import { expect, test } from 'vitest'
import { type TurnServers, stunServers, turnServers } from './ice-servers.ts'

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

const TURN: TurnServers = { urls: ['turn:a.example:3478', 'turns:a.example:5349'], username: '1790000000', password: 'x', untilMs: 10 }

test('TURN servers are asked with their credentials, until these end', () => {
  const servers = new Map([['/dns4/relay.example', TURN]])
  expect(turnServers(servers, 9)).toEqual([
    { urls: 'turn:a.example:3478', username: '1790000000', credential: 'x' },
    { urls: 'turns:a.example:5349', username: '1790000000', credential: 'x' },
  ])
  expect(turnServers(servers, 10)).toEqual([])
})

test('of many TURN servers two are asked, and none without credentials', () => {
  const names = (servers: readonly TurnServers[]): unknown => turnServers(new Map(servers.map((each, i) => [String(i), each])), 9).map(({ urls }) => urls)
  expect(
    names([
      { ...TURN, urls: ['turn:a:1'] },
      { ...TURN, urls: ['turn:b:1', 'turn:c:1'] },
    ]),
  ).toEqual(['turn:a:1', 'turn:b:1'])
  expect(
    names([
      { ...TURN, username: '' },
      { ...TURN, password: '' },
      { ...TURN, urls: ['turn:d:1'] },
    ]),
  ).toEqual(['turn:d:1'])
})
