import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { clientOf, trustProxies } from './forwarded.ts'

const request = (remoteAddress: string, header?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: header === undefined ? {} : { 'x-forwarded-for': header } }) as unknown as IncomingMessage
const proxies = trustProxies(['127.0.0.1', '10.0.0.0/8', '::1'])

test.each([
  ['127.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['127.0.0.1', '2001:db8::7', '2001:db8::7'],
  ['::1', '203.0.113.7', '203.0.113.7'],
  ['::ffff:127.0.0.1', '203.0.113.7', '203.0.113.7'],
  // What a client wrote itself stands before what the proxy added.
  ['127.0.0.1', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['127.0.0.1', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['127.0.0.1', undefined, '127.0.0.1'],
  ['127.0.0.1', '', '127.0.0.1'],
  ['127.0.0.1', '203.0.113.7, nonsense', '127.0.0.1'],
  ['127.0.0.1', '10.1.2.3', '127.0.0.1'],
  // Anybody else's header is nothing.
  ['198.51.100.1', '203.0.113.7', '198.51.100.1'],
])('from %s with “%s” it is %s', (from, header, client) => {
  expect(clientOf(request(from, header), proxies)).toBe(client)
})

test('what is no address is said to be none', () => {
  for (const wrong of ['proxy', '10.0.0.0/40', '10.0.0.0/x', '']) expect(() => trustProxies([wrong])).toThrow(/is no IP address/)
})
