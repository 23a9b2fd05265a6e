import { expect, test } from 'vitest'
import { isLocalAddress } from './local-address.ts'

test.each([
  '/ip4/192.168.1.4',
  '/ip4/10.0.0.1',
  '/ip4/172.16.0.1',
  '/ip4/172.31.255.1',
  '/ip4/169.254.1.1',
  '/ip4/100.64.0.9',
  '/ip6/fd12:3456::1',
  '/ip6/fe80::1',
  '/dns4/relay.local',
  '/dns/box.lan',
])('%s is inside of a local network', (address) => {
  expect(isLocalAddress(`${address}/tcp/4001/ws/p2p/12D3KooW`)).toBe(true)
})

test.each([
  '/ip4/192.0.2.4',
  '/ip4/172.32.0.1',
  '/ip4/100.128.0.1',
  '/ip4/127.0.0.1',
  '/ip6/2001:db8::1',
  '/dns4/relay.example.org',
  '/dns4/local.example.org',
  '/dns4/notlocal',
])('%s is not', (address) => {
  expect(isLocalAddress(`${address}/tcp/4001/ws/p2p/12D3KooW`)).toBe(false)
})
