import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { readRelayAddress } from './pasted-relay-address.ts'
import { isRelayAddress } from './relay-address.ts'

const PEER = '12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG'
const SHORT = '/ip4/192.0.2.7/tcp/4001/ws'
const ADDRESS = `${SHORT}/p2p/${PEER}`
const SECURE = `/dns4/relay.example.org/tcp/443/wss/p2p/${PEER}`

describe('a relay’s address', () => {
  test.each([
    ['with its peer id', ADDRESS],
    ['by name', SECURE],
    ['by any name', `/dns/relay.example.org/tcp/4001/ws/p2p/${PEER}`],
    ['with TLS', `/dns4/relay.example.org/tcp/443/tls/ws/p2p/${PEER}`],
    ['with TLS for a name', `/ip4/192.0.2.7/tcp/443/tls/sni/relay.example.org/ws/p2p/${PEER}`],
    ['of IPv6', `/ip6/2001:db8::7/tcp/4001/ws/p2p/${PEER}`],
    ['of this machine', `/ip4/127.0.0.1/tcp/4001/ws/p2p/${PEER}`],
    ['of this machine by IPv6', `/ip6/::1/tcp/4001/ws/p2p/${PEER}`],
    ['with the hash of an RSA key', `${SHORT}/p2p/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG`],
  ])('%s is taken as it is', (_, address) => {
    expect(readRelayAddress(address)).toMatchObject({ address })
    expect(isRelayAddress(address)).toBe(true)
  })

  test.each([
    ['a slash at its end', `${ADDRESS}/`],
    ['slashes at its end', `${ADDRESS}//`],
    ['a line break', `${ADDRESS}\r\n`],
    ['a line break within', `${ADDRESS.slice(0, 40)}\n${ADDRESS.slice(40)}`],
    ['a line break before its peer id', `${SHORT}\n/p2p/${PEER}`],
    ['line breaks of a quoted mail', `> ${ADDRESS.slice(0, 40)}\r\n> ${ADDRESS.slice(40)}`],
    ['angle brackets', `<${ADDRESS}>`],
    ['round brackets', `(${ADDRESS})`],
    ['square brackets', `[${ADDRESS}]`],
    ['straight quotation marks', `"${ADDRESS}"`],
    ['single quotation marks', `'${ADDRESS}'`],
    ['typographic quotation marks', `\u201e${ADDRESS}\u201c`],
    ['French quotation marks', `\u00ab\u00a0${ADDRESS}\u00a0\u00bb`],
    ['backquotes', `\`${ADDRESS}\``],
    ['a full stop', `${ADDRESS}.`],
    ['a comma', `${ADDRESS},`],
    ['a full stop in quotation marks', `"${ADDRESS}."`],
    ['a zero-width space', `\u200b${ADDRESS.slice(0, 30)}\u200b${ADDRESS.slice(30)}`],
    ['a byte order mark', `\ufeff${ADDRESS}`],
    ['soft hyphens', `${ADDRESS.slice(0, 50)}\u00ad${ADDRESS.slice(50)}`],
    ['no-break spaces', `\u00a0${ADDRESS}\u00a0`],
    ['/ipfs/ for /p2p/', ADDRESS.replace('/p2p/', '/ipfs/')],
    ['protocols in capitals', ADDRESS.replace('/ip4/', '/IP4/').replace('/tcp/', '/TCP/').replace('/ws/', '/WS/')],
    ['words around it', `Our relay is ${ADDRESS} since May`],
    ['another behind it', `${ADDRESS}\n${SECURE}`],
    ['a web socket’s form', `ws://192.0.2.7:4001/p2p/${PEER}`],
  ])('with %s is the same', (_, pasted) => {
    expect(readRelayAddress(pasted)).toEqual({ address: ADDRESS, peer: PEER })
  })

  test.each([
    ['192.0.2.7:4001', SHORT],
    ['<192.0.2.7:4001>', SHORT],
    ['ws://192.0.2.7:4001', SHORT],
    ['"ws://192.0.2.7:4001/".', SHORT],
    ['http://192.0.2.7:4001/', SHORT],
    [SHORT, SHORT],
    [`${SHORT}/`, SHORT],
    ['relay.example.org:443', '/dns/relay.example.org/tcp/443/wss'],
    ['relay.example.org:4001', '/dns/relay.example.org/tcp/4001/ws'],
    ['Relay.Example.org:4001', '/dns/relay.example.org/tcp/4001/ws'],
    ['localhost:4001', '/dns/localhost/tcp/4001/ws'],
    ['wss://relay.example.org', '/dns/relay.example.org/tcp/443/wss'],
    ['wss://relay.example.org/', '/dns/relay.example.org/tcp/443/wss'],
    ['ws://relay.example.org', '/dns/relay.example.org/tcp/80/ws'],
    ['https://relay.example.org:8443', '/dns/relay.example.org/tcp/8443/wss'],
    ['Use wss://relay.example.org:444, please', '/dns/relay.example.org/tcp/444/wss'],
    ['[2001:db8::7]:4001', '/ip6/2001:db8::7/tcp/4001/ws'],
    ['wss://[2001:DB8::7]', '/ip6/2001:db8::7/tcp/443/wss'],
  ])('%s says where, and not who', (pasted, address) => {
    expect(readRelayAddress(pasted)).toEqual({ address, peer: null })
    expect(isRelayAddress(address)).toBe(false)
  })

  test.each<readonly [pasted: string, code: string]>([
    ['', 'notAnAddress'],
    ['hello', 'notAnAddress'],
    ['hello there', 'notAnAddress'],
    ['sotto:AAAA', 'notAnAddress'],
    ['mira@example.org', 'notAnAddress'],
    [PEER, 'notAnAddress'],
    [`/p2p/${PEER}`, 'notAnAddress'],
    [`${ADDRESS}/p2p-circuit`, 'notAnAddress'],
    [`${ADDRESS}/p2p-circuit/p2p/${PEER}`, 'notAnAddress'],
    ['relay.example.org', 'portMissing'],
    ['192.0.2.7', 'portMissing'],
    ['/ip4/192.0.2.7', 'portMissing'],
    ['/ip4/192.0.2.7/tcp', 'portMissing'],
    [ADDRESS.replace('4001', '99999'), 'portImpossible'],
    [ADDRESS.replace('4001', '65536'), 'portImpossible'],
    [ADDRESS.replace('4001', '0'), 'portImpossible'],
    [ADDRESS.replace('4001', '40o1'), 'portImpossible'],
    ['192.0.2.7:99999', 'portImpossible'],
    ['wss://relay.example.org:0', 'portImpossible'],
    ...['999.1.1.1', '192.0.2', '192.0.2.7.1', '192.0.2.256', '192.0.02.7', '0.0.0.0', '224.0.0.1', '255.255.255.255', 'relay'].map(
      (host) => [ADDRESS.replace('192.0.2.7', host), 'hostImpossible'] as const,
    ),
    ...['12345::', ':::', '::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', 'g::1', 'fe80::1%eth0', 'ff02::1', '::1.2.3.999', '1.2.3.4::', 'relay'].map(
      (host) => [`/ip6/${host}/tcp/4001/ws/p2p/${PEER}`, 'hostImpossible'] as const,
    ),
    ...['-relay.example', 'relay..example', 'r\u00e9lay.example', '192.0.2.300', 'a'.repeat(64)].map(
      (host) => [`/dns4/${host}/tcp/4001/ws`, 'hostImpossible'] as const,
    ),
    ['999.1.1.1:4001', 'hostImpossible'],
    ['[12345::]:4001', 'hostImpossible'],
    [ADDRESS.replace('/ws', ''), 'notWebSocket'],
    [`/ip4/192.0.2.7/udp/4001/quic-v1/p2p/${PEER}`, 'notWebSocket'],
    [`/dnsaddr/relay.example.org/p2p/${PEER}`, 'notWebSocket'],
    ['wss://relay.example.org/chat', 'hasPath'],
    [`/dns4/relay.example.org/tcp/443/wss/http-path/chat/p2p/${PEER}`, 'hasPath'],
    [ADDRESS.replace('EqtX', 'Eqt0'), 'peerImpossible'],
    [ADDRESS.replace('EqtX', 'EqtI'), 'peerImpossible'],
    [ADDRESS.slice(0, -1), 'peerImpossible'],
    [`${ADDRESS}a`, 'peerImpossible'],
    [`${SHORT}/p2p/`, 'peerImpossible'],
    [`${SHORT}/p2p/${'1'.repeat(50)}`, 'peerImpossible'],
    [`/dns4/${'a.'.repeat(120)}org/tcp/4001/ws/p2p/${PEER}`, 'tooLong'],
  ])('%s is refused: %s', (pasted, code) => {
    expect(readRelayAddress(pasted)).toMatchObject({ code })
  })

  test('is read again as it was read, whatever it came from', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain())
    const around = fc.constantFrom('', '<', '>', '"', ' ', '\n', '.', ',', '\u200b', 'see ', '`')
    fc.assert(
      fc.property(
        host,
        fc.nat(70_000),
        fc.constantFrom('ws', 'wss', 'tls/ws'),
        fc.boolean(),
        around,
        around,
        (name, port, protocol, hasPeer, before, after) => {
          const kind = name.includes(':') ? 'ip6' : /^[\d.]+$/.test(name) ? 'ip4' : 'dns4'
          const read = readRelayAddress(`${before}/${kind}/${name}/tcp/${port}/${protocol}${hasPeer ? `/p2p/${PEER}` : ''}${after}`)
          if ('code' in read) return
          expect(read.peer).toBe(hasPeer ? PEER : null)
          expect(port).toBeGreaterThan(0)
          expect(port).toBeLessThan(65_536)
          expect(readRelayAddress(read.address)).toEqual(read)
          expect(read.address.length).toBeLessThanOrEqual(LIMITS.relayAddressBytes)
        },
      ),
    )
  })

  test('is looked for in any text without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const read = readRelayAddress(text)
        if (!('code' in read)) expect(readRelayAddress(read.address)).toEqual(read)
      }),
    )
    expect(readRelayAddress('/'.repeat(1_000_000))).toEqual({ code: 'notAnAddress' })
  })
})
