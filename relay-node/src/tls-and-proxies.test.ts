/** A relay with a certificate of its own, and one behind a reverse proxy. */
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { type Server, createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { dialPlainly } from './testing/plain-node.ts'
import { at, joinUp, listening, proxyFor } from './testing/proxies.ts'
import { portOf } from './testing/raw-socket.ts'
import { onAnyPort, startRelayProcess } from './testing/relay-process.ts'
import { startTestRelay } from './testing/test-relay.ts'

afterEach(endAll)
const pathOf = (name: string): string => new URL(`testing/certificates/${name}`, import.meta.url).pathname
const certificate = (name: string) => ({ cert: readFileSync(pathOf(`${name}.cert.pem`), 'utf8'), key: readFileSync(pathOf(`${name}.key.pem`), 'utf8') })
/** Whose certificate is shown at a port. */
const shownAt = async (port: number): Promise<string | undefined> => {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return subject.CN as string | undefined
}
/** Speaks TLS with a relay whose certificate nobody trusts, for a client that does not. */
const inTls = (address: string): Promise<Server> =>
  listening(createServer((socket) => joinUp(socket, connect({ port: portOf(address), host: '127.0.0.1', rejectUnauthorized: false }))))
test('with a certificate clients connect by TLS, and a new one is shown without a restart; one that is none changes nothing', async () => {
  const relay = await startTestRelay({ tls: certificate('first') })
  const [address = ''] = relay.addresses
  expect(address).toMatch(/\/tcp\/\d+\/tls\/ws\/p2p\//)
  const connection = await dialPlainly(at(await inTls(address), address))
  expect(connection.status).toBe('open')
  expect(await shownAt(portOf(address))).toBe('first')
  relay.setTls(certificate('second'))
  expect(await shownAt(portOf(address))).toBe('second')
  expect(() => relay.setTls({ cert: 'nothing', key: 'nothing' })).toThrow()
  expect(await shownAt(portOf(address))).toBe('second')
  expect(connection.status).toBe('open')
})

test('a connection in TLS stays for longer than one without a WebSocket may', async () => {
  const relay = await startTestRelay({ tls: certificate('first'), limits: { upgradeMs: 2_000 } })
  const [address = ''] = relay.addresses
  const silent = createConnection({ port: portOf(address), host: '127.0.0.1' })
  silent.on('error', () => {})
  const connection = await dialPlainly(at(await inTls(address), address))
  await once(silent, 'close')
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(connection.status).toBe('open')
})

test('as a process it reads its certificate again at SIGHUP, and goes on with the old one where it cannot', async () => {
  const folder = newFolder()
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const put = (name: string): void => {
    copyFileSync(pathOf(`${name}.cert.pem`), cert)
    copyFileSync(pathOf(`${name}.key.pem`), key)
  }
  put('first')
  const relay = await startRelayProcess({ words: [...onAnyPort(join(folder, 'data')), '--tls-cert', cert, '--tls-key', key] })
  endLater(() => relay.end())
  const port = portOf(relay.listening?.addresses[0] ?? '')
  expect(await shownAt(port)).toBe('first')
  put('second')
  relay.child.kill('SIGHUP')
  await expect.poll(() => shownAt(port)).toBe('second')
  writeFileSync(cert, 'nothing')
  relay.child.kill('SIGHUP')
  await expect.poll(() => relay.errors.join('')).toContain('certificateRefused')
  expect(await shownAt(port)).toBe('second')
})

test('behind a trusted proxy each client has the limits of its own address, and from elsewhere the header is nothing', async () => {
  const limits = { connectionsPerAddress: 2 }
  const behind = await startTestRelay({ limits, trustProxy: ['127.0.0.1'] })
  const [address = ''] = behind.addresses
  const dialFrom = async (to: string, client: string) => dialPlainly(at(await proxyFor(to, client), to))
  for (const client of ['203.0.113.1', '203.0.113.1', '203.0.113.2']) expect((await dialFrom(address, client)).status).toBe('open')
  await expect(dialFrom(address, '203.0.113.1')).rejects.toThrow()
  const open = await startTestRelay({ limits })
  const [other = ''] = open.addresses
  for (const client of ['203.0.113.1', '203.0.113.2']) expect((await dialFrom(other, client)).status).toBe('open')
  await expect(dialFrom(other, '203.0.113.3')).rejects.toThrow()
})

test('its page says what it is, names its addresses, and loads nothing', async () => {
  const relay = await startTestRelay({})
  const response = await fetch(`${relay.http}/`)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  const page = await response.text()
  for (const address of relay.addresses) expect(page).toContain(`<code>${address}</code>`)
  expect(page).toContain('It is up and takes letters.')
  expect(page).toContain('<svg')
  for (const [, url] of page.matchAll(/\b(?:src|href|action|url\()\s*=?\s*["']?([^"'\s>)]+)/g)) expect(url).toMatch(/^#/)
  expect(page).not.toContain('<script')
  expect((await fetch(`${relay.http}/`, { method: 'POST' })).status).toBe(405)
  expect((await fetch(`${relay.http}/elsewhere`)).status).toBe(404)
  expect(await (await fetch(`${relay.http}/`, { method: 'HEAD' })).text()).toBe('')
})
