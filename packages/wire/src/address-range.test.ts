import { expect, test } from 'vitest'
import { rangeOfAddress } from './address-range.ts'

test.each([
  [
    'public',
    [
      '/ip4/8.8.8.8',
      '/ip4/172.15.0.1',
      '/ip4/172.32.0.1',
      '/ip4/100.63.0.1',
      '/ip6/2606:4700::1111',
      '/ip6/::ffff:8.8.8.8',
      '/dns4/relay.example.org',
      '/dns/relay.example.org.',
    ],
  ],
  [
    'loopback',
    [
      '/ip4/127.0.0.1',
      '/ip4/127.9.9.9',
      '/ip6/::1',
      '/ip6/0:0:0:0:0:0:0:1',
      '/ip6/::ffff:127.0.0.1',
      '/ip6/::ffff:7f00:1',
      '/dns4/localhost',
      '/dns4/x.localhost',
      '/dns/LOCALHOST.',
    ],
  ],
  ['private 10', ['/ip4/10.0.0.1', '/ip6/::ffff:10.1.2.3', '/ip6/64:ff9b::10.0.0.1']],
  ['private 172.16', ['/ip4/172.16.0.1', '/ip4/172.31.255.255']],
  ['private 192.168', ['/ip4/192.168.1.1', '/ip6/::ffff:c0a8:101']],
  ['link-local', ['/ip4/169.254.169.254', '/ip6/fe80::1', '/ip6/febf::1']],
  ['carrier', ['/ip4/100.64.0.1']],
  ['unique local', ['/ip6/fd00::1', '/ip6/fc00::1']],
  ['internal name', ['/dns4/router', '/dns4/nas.local', '/dns/wiki.corp', '/dns6/x.home.arpa', '/dns4/db.internal']],
  [
    'special',
    [
      '/ip4/0.0.0.0',
      '/ip4/0177.0.0.1',
      '/ip4/224.0.0.1',
      '/ip4/192.0.2.7',
      '/ip6/::',
      '/ip6/ff02::1',
      '/ip6/2002:7f00:1::',
      '/ip6/2001:db8::1',
      '/ip6/::127.0.0.1',
      '/dns4/127.1',
      '/dns4/0x7f.0x1',
      '/dns4/2130706433',
      '/unix/x',
      '',
      'x',
    ],
  ],
])('%s', (range, addresses) => {
  for (const address of addresses) expect([address, rangeOfAddress(`${address}/tcp/1/ws`)]).toEqual([address, range])
})
