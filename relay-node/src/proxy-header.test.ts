import { fromHex, utf8 } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { MOST_HEADER_BYTES, readProxyHeader } from './proxy-header.ts'

const SIGNATURE = '0d0a0d0a000d0a515549540a'
/** Spaces are for the reader. */
const bytesOf = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? new Uint8Array()
const ADDRESSES = 'cb007107 c0000201 d431 01bb'
const ADDRESSES_6 = '20010db8000000000000000000000007 20010db8000000000000000000000001 d431 01bb'
const UNIX = '2f'.repeat(216)

describe('a header says where a client is', () => {
  test.each([
    ['PROXY TCP4 203.0.113.7 192.0.2.1 54321 443\r\n', '203.0.113.7'],
    ['PROXY TCP6 2001:db8::7 2001:db8::1 0 65535\r\n', '2001:db8::7'],
    ['PROXY TCP6 2001:DB8::7 ::1 54321 443\r\n', '2001:DB8::7'],
    ['PROXY TCP6 ::ffff:203.0.113.7 ::ffff:192.0.2.1 54321 443\r\n', '::ffff:203.0.113.7'],
    ['PROXY UNKNOWN\r\n', null],
    ['PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n', null],
  ])('in version 1: %j', (line, client) => {
    expect(readProxyHeader(utf8(line))).toEqual({ kind: 'header', lengthBytes: line.length, client })
    expect(readProxyHeader(utf8(`${line}GET / HTTP/1.1\r\n`))).toEqual({ kind: 'header', lengthBytes: line.length, client })
  })

  test.each([
    ['TCP by IPv4', `21 11 000c ${ADDRESSES}`, '203.0.113.7'],
    ['TCP by IPv6', `21 21 0024 ${ADDRESSES_6}`, '2001:db8:0:0:0:0:0:7'],
    ['with extensions', `21 11 0016 ${ADDRESSES} 04 0007 00000000000000`, '203.0.113.7'],
    ['a check of the balancer’s own', '20 00 0000', null],
    ['such a check with addresses, which do not count', `20 11 000c ${ADDRESSES}`, null],
    ['such a check with what fits no family', '20 11 0003 010203', null],
    ['a protocol that it does not know', '21 00 0000', null],
    ['datagrams', `21 12 000c ${ADDRESSES}`, null],
    ['a socket of one machine', `21 31 00d8 ${UNIX}`, null],
  ])('in version 2: %s', (_what, hex, client) => {
    const bytes = bytesOf(`${SIGNATURE} ${hex}`)
    expect(readProxyHeader(bytes)).toEqual({ kind: 'header', lengthBytes: bytes.length, client })
    for (let length = 0; length < bytes.length; length++) expect(readProxyHeader(bytes.subarray(0, length))).toEqual({ kind: 'incomplete' })
  })
})

describe('what is none is wrong', () => {
  test.each([
    'GET / HTTP/1.1\r\n',
    '\u0016\u0003\u0001',
    'proxy TCP4 203.0.113.7 192.0.2.1 54321 443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 54321 443\n\r\n',
    'PROXY  TCP4 203.0.113.7 192.0.2.1 54321 443\r\n',
    'PROXY TCP4  203.0.113.7 192.0.2.1 54321 443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 54321 443 \r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 54321\r\n',
    'PROXY TCP4 203.0.113.7\r\n',
    'PROXY TCP4\r\n',
    'PROXY TCP4 203.0.113.07 192.0.2.1 54321 443\r\n',
    'PROXY TCP4 203.0.113.256 192.0.2.1 54321 443\r\n',
    'PROXY TCP4 203.0.113 192.0.2.1 54321 443\r\n',
    'PROXY TCP4 relay.example 192.0.2.1 54321 443\r\n',
    'PROXY TCP4 2001:db8::7 2001:db8::1 54321 443\r\n',
    'PROXY TCP6 203.0.113.7 192.0.2.1 54321 443\r\n',
    'PROXY TCP6 fe80::1%eth0 2001:db8::1 54321 443\r\n',
    'PROXY TCP6 2001:db8:::7 2001:db8::1 54321 443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 054321 443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 65536 443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 -1 443\r\n',
    'PROXY UDP4 203.0.113.7 192.0.2.1 54321 443\r\n',
    'PROXY UNKNOWNS\r\n',
    `PROXY UNKNOWN ${'f'.repeat(92)}\r\n`,
    `PROXY ${'x'.repeat(120)}`,
  ])('in version 1: %j', (line) => {
    expect(readProxyHeader(utf8(line))).toEqual({ kind: 'wrong' })
  })

  test.each([
    ['version 1 in the form of version 2', `11 11 000c ${ADDRESSES}`],
    ['version 3', `31 11 000c ${ADDRESSES}`],
    ['an unknown command', `22 11 000c ${ADDRESSES}`],
    ['an unknown family', `21 41 000c ${ADDRESSES}`],
    ['an unknown transport', `21 13 000c ${ADDRESSES}`],
    ['an address that is cut off', `21 11 000b ${ADDRESSES.slice(0, -2)}`],
    ['an address of IPv4 for IPv6', `21 21 000c ${ADDRESSES}`],
    ['a path that is cut off', `21 31 000c ${ADDRESSES}`],
    ['one that is too long', '21 11 0801'],
    ['one as long as can be said', '20 00 ffff'],
  ])('in version 2: %s', (_what, hex) => {
    expect(readProxyHeader(bytesOf(`${SIGNATURE} ${hex}`))).toEqual({ kind: 'wrong' })
  })

  test('and said to be so at the first wrong byte', () => {
    for (const begins of ['47', '50524f5859 09', '0d0a0d0a00 0e', `${SIGNATURE} 10`, `${SIGNATURE} 21 f1`]) {
      const bytes = bytesOf(begins)
      expect(readProxyHeader(bytes)).toEqual({ kind: 'wrong' })
      expect(readProxyHeader(bytes.subarray(0, -1))).toEqual({ kind: 'incomplete' })
    }
  })
})

test('the longest line and the longest header are read, and nothing waits for more', () => {
  const line = `PROXY UNKNOWN ${'f'.repeat(91)}\r\n`
  expect(readProxyHeader(utf8(line))).toEqual({ kind: 'header', lengthBytes: 107, client: null })
  const longest = bytesOf(`${SIGNATURE} 20 00 0800 ${'00'.repeat(2_048)}`)
  expect(longest.length).toBe(MOST_HEADER_BYTES)
  expect(readProxyHeader(longest)).toMatchObject({ kind: 'header', lengthBytes: MOST_HEADER_BYTES })
})
