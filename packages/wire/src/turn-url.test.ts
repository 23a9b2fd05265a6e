import { expect, test } from 'vitest'
import { hostOfTurnUrl } from './turn-url.ts'

test.each([
  ['turn:192.0.2.7:3478', '/ip4/192.0.2.7'],
  ['turn:turn.example.org:3478', '/dns/turn.example.org'],
  ['turns:turn.example.org:5349?transport=tcp', '/dns/turn.example.org'],
  ['turn:[2001:db8::7]:3478?transport=udp', '/ip6/2001:db8::7'],
])('%s', (url, host) => expect(hostOfTurnUrl(url)).toBe(host))

test.each([
  '',
  'turn:turn.example.org',
  'stun:turn.example.org:3478',
  'http://turn.example.org:3478',
  'turn://turn.example.org:3478',
  'turn:name:word@turn.example.org:3478',
  'turn:turn.example.org:0',
  'turn:turn.example.org:65536',
  'turn:turn.example.org:3478?transport=sctp',
  'turn:turn.example.org:3478?transport=udp&x=1',
  'turn:turn.example.org:3478/x',
  'turn:turn.example.org:3478\n',
  'turn:256.0.0.1:3478',
  'turn:127.1:3478',
  'turn:[192.0.2.7]:3478',
  'turn:[fe80::1%eth0]:3478',
  'turn:2001:db8::7:3478',
  `turn:${'a.'.repeat(140)}example.org:3478`,
])('%j is none', (url) => expect(hostOfTurnUrl(url)).toBeUndefined())
