import { expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { areRelaysOfGroup, isRelayAddress } from './relay-address.ts'

const PEER = '1'.repeat(52)
const at = (host: string): string => `/dns4/${host}/tcp/443/tls/ws/p2p/${PEER}`

test('an address is a WebSocket multiaddr that ends in a peer id', () => {
  for (const good of [at('relay.example'), `/ip4/127.0.0.1/tcp/9090/ws/p2p/${PEER}`, `/dns/r/tcp/1/wss/p2p/${PEER}`])
    expect(isRelayAddress(good), good).toBe(true)
  for (const bad of ['', 'https://relay.example', '/ip4/127.0.0.1/tcp/9090/ws', `/ip4/127.0.0.1/udp/9090/ws/p2p/${PEER}`, `${at('r')}/p2p-circuit`])
    expect(isRelayAddress(bad), bad).toBe(false)
})

test('its length is counted in bytes, as it is stored', () => {
  const room = LIMITS.relayAddressBytes - at('').length
  expect(isRelayAddress(at('r'.repeat(room)))).toBe(true)
  expect(isRelayAddress(at('r'.repeat(room + 1)))).toBe(false)
  expect(isRelayAddress(at('ü'.repeat(room)))).toBe(false)
})

test('a group has between one relay and as many as an address holds, each once', () => {
  const names = Array.from({ length: LIMITS.relays }, (_, i) => at(`r${i}`))
  expect(areRelaysOfGroup([])).toBe(false)
  expect(areRelaysOfGroup(names)).toBe(true)
  expect(areRelaysOfGroup([...names, at('more')])).toBe(false)
  expect(areRelaysOfGroup([at('r'), at('r')])).toBe(false)
})
