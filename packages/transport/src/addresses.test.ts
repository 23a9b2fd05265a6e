import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { circuitAddresses, ownAddresses } from './addresses.ts'

const RELAY = '12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG'
const PEER = '12D3KooWQSCwbuQRuFpKwgVejGgbKkouxtU6S4ihTXnJYzmkxbU8'
const OTHER = '12D3KooWSCkkcPuzKgH8kZipoZSUjNUn1VsmEf6m5unG6YA9t6LS'
const AT = `/ip4/192.0.2.7/tcp/4001/ws/p2p/${RELAY}`

const circuits = (...texts: readonly string[]): readonly string[] => circuitAddresses(texts, PEER).map((address) => address.toString())

test('a peer is dialled through its relay, once for each relay address', () => {
  expect(circuits(`${AT}/p2p-circuit/webrtc/p2p/${PEER}`, `${AT}/p2p-circuit/p2p/${PEER}`, `${AT}/p2p-circuit`)).toEqual([`${AT}/p2p-circuit/p2p/${PEER}`])
})

test.each([
  ['nonsense', 'nonsense'],
  ['no text', ''],
  ['an address without a circuit', `/ip4/192.0.2.7/tcp/4001/ws/p2p/${PEER}`],
  ['a relay without a peer id', `/ip4/192.0.2.7/tcp/4001/ws/p2p-circuit/p2p/${PEER}`],
  ['another peer behind the relay', `${AT}/p2p-circuit/p2p/${OTHER}`],
  ['a name that needs a public resolver', `/dnsaddr/relay.example/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`],
  ['a broken address around a circuit', `/ip4/999/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`],
])('%s is not dialled', (_, text) => {
  expect(circuits(text)).toEqual([])
})

test('own addresses: direct ones first, then those on the circuit, up to the limit', () => {
  const relays = [1, 2, 3, 4, 5].map((host) => multiaddr(`/ip4/192.0.2.${host}/tcp/4001/ws/p2p/${RELAY}`))
  const own = ownAddresses(relays, PEER, 4)
  expect(own).toEqual([
    `${String(relays[0])}/p2p-circuit/webrtc/p2p/${PEER}`,
    `${String(relays[1])}/p2p-circuit/webrtc/p2p/${PEER}`,
    `${String(relays[0])}/p2p-circuit/p2p/${PEER}`,
    `${String(relays[1])}/p2p-circuit/p2p/${PEER}`,
  ])
})
