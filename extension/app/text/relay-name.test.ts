import { expect, it } from 'vitest'
import { relayName, relayNames } from './relay-name.ts'

const KEY = '12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'
const OTHER_KEY = '12D3KooWRbnV4sTq8YhLc3mXeJ7pUuK2sWdZaGtHyNfBvMxQoLi5'

it.each([
  [`/dns4/relay.example.org/tcp/443/tls/ws/p2p/${KEY}`, 'relay.example.org'],
  [`/dns/relay.example.org/tcp/443/wss/p2p/${KEY}`, 'relay.example.org'],
  [`/dns4/relay.example.org/tcp/8443/tls/sni/relay.example.org/ws/p2p/${KEY}`, 'relay.example.org:8443'],
  [`/dns4/relay.example.org/tcp/443/ws/p2p/${KEY}`, 'relay.example.org:443'],
  [`/dns4/relay.example.org/tcp/80/ws/p2p/${KEY}`, 'relay.example.org'],
  [`/ip4/192.0.2.17/tcp/4201/ws/p2p/${KEY}`, '192.0.2.17:4201'],
  [`/ip6/2001:db8::1/tcp/4201/ws/p2p/${KEY}`, '[2001:db8::1]:4201'],
  ['something else', 'something else'],
])('%s is called %s', (address, name) => {
  expect(relayName(address)).toBe(name)
})

it('two relays of one name are told apart by their keys, and no others are', () => {
  const twins = [KEY, OTHER_KEY].map((key) => `/ip4/192.0.2.17/tcp/4201/ws/p2p/${key}`)
  const alone = `/ip4/192.0.2.18/tcp/4201/ws/p2p/${KEY}`
  expect([...twins, alone].map(relayNames([...twins, alone]))).toEqual(['192.0.2.17:4201 (…MxPoLi)', '192.0.2.17:4201 (…xQoLi5)', '192.0.2.18:4201'])
})
