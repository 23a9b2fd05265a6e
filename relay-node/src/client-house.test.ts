import { expect, test } from 'vitest'
import { houseOf } from './client-house.ts'

test.each([
  ['/ip4/203.0.113.7/tcp/50000/ws', '203.0.113.7'],
  ['/ip6/2001:db8:1:2:3:4:5:6/tcp/50000/ws', '2001:db8:1:2::/64'],
  ['/ip6/2001:db8:1:2::9/tcp/50000/ws', '2001:db8:1:2::/64'],
  ['/ip6/2001:0DB8:0001:0002::/tcp/50000/ws', '2001:db8:1:2::/64'],
  ['/ip6/2001:db8::1/tcp/1/ws', '2001:db8:0:0::/64'],
  ['/ip6/::1/tcp/1/ws', '0:0:0:0::/64'],
  ['/ip6/::ffff:203.0.113.7/tcp/1/ws', '203.0.113.7'],
  ['/ip6/::ffff:cb00:7107/tcp/1/ws', '203.0.113.7'],
])('%s is of the house %s', (multiaddr, house) => {
  expect(houseOf(multiaddr)).toBe(house)
})

test('what is no address is a house of its own', () => {
  expect(houseOf('/dns4/relay.example/tcp/443')).toBe('relay.example')
  expect(houseOf('/ip6/nonsense/tcp/1')).toBe('nonsense')
  expect(houseOf('')).toBe('')
})
