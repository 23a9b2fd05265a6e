import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Primitives, loadPrimitives } from '@sotto/crypto/primitives'
import { type ClientEvent, type MailboxCredentials, mailboxIdOf } from '@sotto/mailbox'
import { toHex } from '@sotto/wire'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { isRevealingDebug, readArguments } from './arguments.ts'
import { startMailboxPeer } from './testing/mailbox-peer.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

let primitives: Primitives
beforeAll(async () => {
  primitives = await loadPrimitives()
})
const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

interface Listening {
  readonly event: string
  readonly addresses: readonly string[]
  readonly peerId: string
  readonly http: string
}

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-main-'))
  endings.push(() => rmSync(folder, { recursive: true }))
  return folder
}

async function startProcess(data: string, env: NodeJS.ProcessEnv = {}) {
  const args = ['--disable-warning=ExperimentalWarning', MAIN, '--data', data, '--port', '0', '--http-port', '0', '--json']
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const child: ChildProcess = spawn(process.execPath, args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const errors: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const exited = once(child, 'exit')
  endings.push(async () => {
    child.kill('SIGKILL')
    await exited
  })
  if (child.stdout === null) throw new Error('no standard output')
  const line = once(createInterface(child.stdout), 'line')
  const first = await Promise.race([line, exited.then(() => [null])])
  const listening = first[0] === null ? null : (JSON.parse(String(first[0])) as Listening)
  return { child, exited, listening, errors }
}

const seed = (number: number): Uint8Array => new Uint8Array(32).fill(number)
/** Each writer has a group mailbox of its own. */
function memberOf(group: number): MailboxCredentials {
  const publicKey = (from: Uint8Array): Uint8Array => primitives.ed25519.keyPairFromSeed(from).publicKey
  const [readSeed, appendSeed] = [seed(2 * group + 1), seed(2 * group + 2)]
  return { keys: { kind: 'group', readKey: publicKey(readSeed), appendKey: publicKey(appendSeed) }, readSeed, appendSeed, grant: null }
}
const body = (number: number): Uint8Array => {
  // Large enough that not all of them fit the windows of the connections at once.
  const bytes = new Uint8Array(4096)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}
const WRITERS = [0, 1, 2, 3]
const APPENDS = 90

test('killed in mid-append, the relay loses nothing that it acknowledged, and comes back as the same peer', async () => {
  const data = newFolder()
  const before = await startProcess(data)
  const address = before.listening?.addresses[0] ?? ''
  const peers = await Promise.all(WRITERS.map(() => startMailboxPeer(address, primitives)))
  for (const peer of peers) endings.push(() => peer.stop())
  const acknowledged = peers.map(() => new Set<number>())
  for (const [writer, peer] of peers.entries()) {
    for (let number = 0; number < APPENDS; number++) {
      const append = { token: `${number}`, credentials: memberOf(writer), body: body(number), class: 'stored' } as const
      peer.run((client, state) => client.append(state, append, Date.now()))
    }
  }
  // The first acknowledgement of any of them pulls the trigger: the rest is in flight.
  const isAppended = (event: ClientEvent): event is Extract<ClientEvent, { kind: 'appended' }> => event.kind === 'appended'
  await Promise.race(peers.map((peer) => peer.event(isAppended)))
  before.child.kill('SIGKILL')
  await Promise.all([before.exited, ...peers.map((peer) => peer.closed)])
  for (const [writer, peer] of peers.entries()) {
    for (const event of peer.events) if (event.kind === 'appended') acknowledged[writer]?.add(Number(event.token))
  }
  const count = acknowledged.reduce((sum, numbers) => sum + numbers.size, 0)
  expect(count).toBeGreaterThan(0)
  expect(count).toBeLessThan(WRITERS.length * APPENDS)

  const after = await startProcess(data)
  expect(after.listening?.peerId).toBe(before.listening?.peerId)
  const reader = await startMailboxPeer(after.listening?.addresses[0] ?? '', primitives)
  endings.push(() => reader.stop())
  for (const writer of WRITERS) reader.run((client, state) => client.want(state, memberOf(writer), null, Date.now()))
  await expect.poll(() => reader.events.filter(({ kind }) => kind === 'caughtUp').length).toBe(WRITERS.length)
  const found = new Set<string>()
  for (const event of reader.events) {
    if (event.kind === 'record') found.add(`${toHex(event.mailbox)} ${new DataView(event.body.buffer).getUint32(0)}`)
  }
  const lost = acknowledged.flatMap((numbers, writer) => {
    const mailbox = toHex(mailboxIdOf(primitives, memberOf(writer).keys))
    return [...numbers].map((number) => `${mailbox} ${number}`).filter((name) => !found.has(name))
  })
  expect(lost).toEqual([])
})

test('one JSON line says where it listens; the log names events only; SIGTERM ends it with code 0', async () => {
  const { child, exited, listening, errors } = await startProcess(newFolder())
  expect(listening).toMatchObject({ event: 'listening', http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string })
  expect(listening?.addresses[0]).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws\/p2p\/12D3/)
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  const log = errors.join('').trim().split('\n').map((line) => (JSON.parse(line) as { readonly event: string }).event)
  expect(log).toEqual(['started', 'stopping', 'stopped'])
})

test('it does not start where DEBUG would print who connects', async () => {
  const { listening, exited, errors } = await startProcess(newFolder(), { DEBUG: 'libp2p:*' })
  expect(listening).toBeNull()
  expect(await exited).toEqual([1, null])
  expect(errors.join('')).toContain('DEBUG would print who connects')
  for (const debug of ['*', 'libp2p:*', 'app,libp2p:noise']) expect(isRevealingDebug(debug)).toBe(true)
  for (const debug of [undefined, '', 'app']) expect(isRevealingDebug(debug)).toBe(false)
})

test('the command line is read, and what is wrong with it is said', () => {
  const read = readArguments(['--port', '0', '--announce', '/dns4/a/tcp/443/wss', '--announce', '/dns4/b/tcp/443/wss', '--disk-mib', '2'])
  expect(read).toMatchObject({ port: 0, httpPort: 4002, host: '127.0.0.1', json: false, mostBytes: 2_097_152 })
  expect(read).toMatchObject({ announce: ['/dns4/a/tcp/443/wss', '/dns4/b/tcp/443/wss'] })
  for (const words of [['--port', '65536'], ['--port', 'x'], ['--disk-mib', '0'], ['--unknown'], ['stray']]) {
    expect(readArguments(words)).toEqual(expect.any(String))
  }
})
