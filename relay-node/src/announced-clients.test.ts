/** A relay behind a balancer that passes TLS on as it is, and says in the PROXY protocol from where. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, connect, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { readArguments } from './arguments.ts'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { dialPlainly } from './testing/plain-node.ts'
import { at, joinUp, listening, proxyFor } from './testing/proxies.ts'
import { openRawSocket, portOf } from './testing/raw-socket.ts'
import { startTestRelay } from './testing/test-relay.ts'
import { findHaproxy } from './testing/find-haproxy.ts'

afterEach(endAll)

const pathOf = (name: string): string => new URL(`testing/certificates/${name}`, import.meta.url).pathname
const tls = { cert: readFileSync(pathOf('first.cert.pem'), 'utf8'), key: readFileSync(pathOf('first.key.pem'), 'utf8') }
const line = (client: string): Buffer => Buffer.from(`PROXY TCP4 ${client} 192.0.2.1 54321 443\r\n`)
const binary = (client: string): Buffer =>
  Buffer.from([...Buffer.from('0d0a0d0a000d0a515549540a2111000c', 'hex'), ...client.split('.').map(Number), 192, 0, 2, 1, 0xd4, 0x31, 0x01, 0xbb])

/** Passes connections on to a port, in pieces of one byte where `isSlow`, behind what it says of each. */
const balancer = (port: number, header: Buffer, isSlow = false): Promise<Server> =>
  listening(
    createServer((socket) => {
      const upstream = connect({ port, host: '127.0.0.1', noDelay: true })
      void (async () => {
        for (const piece of isSlow ? [...header].map((byte) => Buffer.of(byte)) : [header]) {
          upstream.write(piece)
          if (isSlow) await pause(2)
        }
        joinUp(socket, upstream)
      })()
    }),
  )

/** Speaks TLS for a client that does not, with a certificate that nobody trusts. */
const inTls = (to: Server, address: string): Promise<Server> =>
  listening(createServer((socket) => joinUp(socket, connectTls({ port: portOf(at(to, address)), host: '127.0.0.1', rejectUnauthorized: false }))))

const behindBalancer = { limits: { connectionsPerAddress: 2 }, trustProxy: ['127.0.0.1'], proxyProtocol: true } as const

describe.each([
  ['1', line],
  ['2', binary],
])('in version %s', (_version, header) => {
  test.each([
    ['at once', false],
    ['byte by byte', true],
  ])('each client has the limits of its own address, in TLS that the balancer does not open, told %s', async (_how, isSlow) => {
    const [address = ''] = (await startTestRelay({ ...behindBalancer, tls })).addresses
    const dialFrom = async (client: string) => dialPlainly(at(await inTls(await balancer(portOf(address), header(client), isSlow), address), address))
    for (const client of ['203.0.113.1', '203.0.113.1', '203.0.113.2']) expect((await dialFrom(client)).status).toBe('open')
    await expect(dialFrom('203.0.113.1')).rejects.toThrow()
  })
})

test('what a client says of itself in a header of HTTP is nothing, where the balancer says where it is, and where it does not say', async () => {
  const [address = ''] = (await startTestRelay(behindBalancer)).addresses
  for (const header of [line('203.0.113.1'), Buffer.from('PROXY UNKNOWN\r\n')]) {
    const dialAs = async (client: string) => {
      const passing = await balancer(portOf(address), header)
      return dialPlainly(at(await proxyFor(at(passing, address), client), address))
    }
    for (const client of ['198.51.100.1', '198.51.100.2']) expect((await dialAs(client)).status).toBe('open')
    await expect(dialAs('198.51.100.3')).rejects.toThrow()
  }
})

test('a reverse proxy behind the balancer, that is trusted too, says it for its clients', async () => {
  const [address = ''] = (await startTestRelay({ ...behindBalancer, trustProxy: ['127.0.0.1', '10.0.0.1'] })).addresses
  const dialAs = async (client: string) => {
    const passing = await balancer(portOf(address), line('10.0.0.1'))
    return dialPlainly(at(await proxyFor(at(passing, address), client), address))
  }
  for (const client of ['203.0.113.1', '203.0.113.1', '203.0.113.2']) expect((await dialAs(client)).status).toBe('open')
  await expect(dialAs('203.0.113.1')).rejects.toThrow()
})

test('a trusted balancer has to say it, and nobody else may', async () => {
  const [must = ''] = (await startTestRelay(behindBalancer)).addresses
  await expect(dialPlainly(must)).rejects.toThrow()
  const [mayNot = ''] = (await startTestRelay({ ...behindBalancer, trustProxy: ['127.0.0.9'] })).addresses
  expect((await dialPlainly(mayNot)).status).toBe('open')
  for (const header of [line('203.0.113.1'), binary('203.0.113.1')]) {
    await expect(dialPlainly(at(await balancer(portOf(mayNot), header), mayNot))).rejects.toThrow()
  }
})

test('a part of a header, one that is wrong, and one that goes on and on end their sockets, and no other', async () => {
  const relay = await startTestRelay({ ...behindBalancer, limits: { connectionsPerAddress: 2, upgradeMs: 1_000 } })
  const [address = ''] = relay.addresses
  const [half, wrong, endless] = await Promise.all([1, 2, 3].map(() => openRawSocket(portOf(address))))
  half?.write(line('203.0.113.1').subarray(0, 20))
  wrong?.write('PROXY TCP4 nobody 192.0.2.1 54321 443\r\n')
  endless?.write(Buffer.concat([Buffer.from('0d0a0d0a000d0a515549540a20000900', 'hex'), Buffer.alloc(100_000)]))
  await Promise.all([half, wrong, endless].map((each) => each?.closed))
  expect((await dialPlainly(at(await balancer(portOf(address), line('203.0.113.1')), address))).status).toBe('open')
})

test('the PROXY protocol is for proxies that are named', () => {
  expect(readArguments(['--proxy-protocol'])).toEqual(expect.stringContaining('--trust-proxy'))
  expect(readArguments(['--proxy-protocol', '--trust-proxy', '10.0.0.2'])).toMatchObject({ proxyProtocol: true, trustProxy: ['10.0.0.2'] })
  expect(readArguments([], { SOTTO_RELAY_PROXY_PROTOCOL: 'true', SOTTO_RELAY_TRUST_PROXY: '10.0.0.2' })).toMatchObject({ proxyProtocol: true })
  expect(readArguments(['--trust-proxy', '10.0.0.2'])).toMatchObject({ proxyProtocol: false })
})

const haproxy = findHaproxy()
test.runIf(haproxy !== null).each(['send-proxy', 'send-proxy-v2', 'send-proxy-v2 proxy-v2-options crc32c,unique-id'])(
  'as HAProxy says it with %s',
  async (how) => {
    const [address = ''] = (await startTestRelay({ ...behindBalancer, tls })).addresses
    const spare = await listening(createServer())
    const passing = portOf(at(spare, address))
    spare.close()
    const file = join(newFolder(), 'haproxy.cfg')
    writeFileSync(
      file,
      `defaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server 60s\nlisten relay\n bind 127.0.0.1:${passing}\n unique-id-format %rt\n server relay 127.0.0.1:${portOf(address)} ${how} check check-send-proxy inter 200\n`,
    )
    const child = spawn(haproxy ?? '', ['-f', file, '-db'], { stdio: 'ignore' })
    endLater(() => void child.kill('SIGKILL'))
    /** Connects to HAProxy in TLS, from an address of loopback. */
    const from = (localAddress: string): Promise<Server> =>
      listening(
        createServer((socket) => {
          const upstream = connect({ port: passing, host: '127.0.0.1', localAddress })
          joinUp(socket, connectTls({ socket: upstream, rejectUnauthorized: false }))
        }),
      )
    const dialFrom = async (client: string) => dialPlainly(at(await from(client), address))
    await expect.poll(async () => (await dialFrom('127.0.0.2').catch(() => null))?.status).toBe('open')
    for (const client of ['127.0.0.2', '127.0.0.3']) expect((await dialFrom(client)).status).toBe('open')
    await expect(dialFrom('127.0.0.2')).rejects.toThrow()
  },
)
