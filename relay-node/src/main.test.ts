import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Primitives, loadPrimitives } from '@sotto/crypto/primitives'
import { type ClientEvent, type MailboxCredentials, mailboxIdOf } from '@sotto/mailbox'
import { LIMITS, toHex } from '@sotto/wire'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { asksForHelp, isRevealingDebug, readArguments } from './arguments.ts'
import { type NatsStore, startRelay } from './relay.ts'
import { startFault } from './start-faults.ts'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { startMailboxPeer } from './testing/mailbox-peer.ts'
import { startNatsServers } from './testing/nats-servers.ts'
import { onAnyPort, startRelayProcess } from './testing/relay-process.ts'

let primitives: Primitives
beforeAll(async () => {
  primitives = await loadPrimitives()
})
afterEach(endAll)

async function startProcess(data: string, env: NodeJS.ProcessEnv = {}) {
  const relay = await startRelayProcess({ words: onAnyPort(data), env })
  endLater(() => relay.end())
  return relay
}

const seed = (number: number): Uint8Array => new Uint8Array(32).fill(number)
/** Each writer has a group mailbox of its own. */
function memberOf(group: number): MailboxCredentials {
  const publicKey = (from: Uint8Array): Uint8Array => primitives.ed25519.keyPairFromSeed(from).publicKey
  const [readSeed, appendSeed] = [seed(2 * group + 1), seed(2 * group + 2)]
  return { keys: { kind: 'group', readKey: publicKey(readSeed), appendKey: publicKey(appendSeed) }, readSeed, appendSeed, grant: null }
}
const body = (number: number): Uint8Array => {
  // So large that not all of them fit the connections' windows at once.
  const bytes = new Uint8Array(4096)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}
const WRITERS = [0, 1, 2, 3]
const APPENDS = 90

test('killed during appends, the relay loses nothing that it acknowledged, and restarts as the same peer', async () => {
  const data = newFolder()
  const before = await startProcess(data)
  const address = before.listening?.addresses[0] ?? ''
  const peers = await Promise.all(WRITERS.map(() => startMailboxPeer(address, primitives)))
  for (const peer of peers) endLater(() => peer.stop())
  const acknowledged = peers.map(() => new Set<number>())
  for (const [writer, peer] of peers.entries()) {
    for (let number = 0; number < APPENDS; number++) {
      const append = { token: `${number}`, credentials: memberOf(writer), body: body(number), class: 'stored' } as const
      peer.run((client, state) => client.append(state, append, Date.now()))
    }
  }
  // The first acknowledgement triggers the kill, while the rest is in flight.
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
  endLater(() => reader.stop())
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

test('one JSON line says where it listens, the log names events only, and SIGTERM ends it with code 0', async () => {
  const { child, exited, listening, errors } = await startProcess(newFolder())
  expect(listening).toMatchObject({ event: 'listening', http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string })
  expect(listening?.addresses[0]).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws\/p2p\/12D3/)
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  const log = errors
    .join('')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly event: string }).event)
  expect(log).toEqual(['started', 'stopping', 'stopped'])
})

test('it does not start if DEBUG would print which peers connect', async () => {
  const { listening, exited, errors } = await startProcess(newFolder(), { DEBUG: 'libp2p:*' })
  expect(listening).toBeNull()
  expect(await exited).toEqual([1, null])
  expect(errors.join('')).toContain('DEBUG would print who connects')
  for (const debug of ['*', 'libp2p:*', 'app,libp2p:noise']) expect(isRevealingDebug(debug)).toBe(true)
  for (const debug of [undefined, '', 'app']) expect(isRevealingDebug(debug)).toBe(false)
})

const UNUSABLE: readonly (readonly [string, (folder: string) => string, string])[] = [
  ['is a file', (folder) => written(join(folder, 'file'), 'no folder'), 'is a file, and a relay needs a folder'],
  ['lies in a file', (folder) => join(written(join(folder, 'file'), 'no folder'), 'below'), 'choose another folder'],
  ['holds no database but something else', (folder) => dirOf(written(join(folder, 'mailboxes.sqlite'), 'x'.repeat(9_000))), 'is no file of a relay'],
  ['holds a damaged database', (folder) => damaged(join(folder, 'mailboxes.sqlite')), 'are damaged'],
  ['holds one of another version', (folder) => ofAnotherVersion(join(folder, 'mailboxes.sqlite')), 'were written by another version'],
  ['holds one that cannot be opened', (folder) => dirOf(made(join(folder, 'mailboxes.sqlite'))), 'cannot be opened'],
]
const dirOf = (path: string): string => join(path, '..')
const written = (path: string, text: string): string => {
  writeFileSync(path, text)
  return path
}
const made = (path: string): string => {
  mkdirSync(path)
  return path
}
const ofAnotherVersion = (path: string): string => {
  const database = new DatabaseSync(path)
  database.exec('CREATE TABLE records (cursor INTEGER PRIMARY KEY, mailbox BLOB)')
  database.close()
  return dirOf(path)
}
/** The header of a database with garbage after it. */
const damaged = (path: string): string => {
  ofAnotherVersion(path)
  const bytes = readFileSync(path)
  bytes.fill(0xff, 100)
  writeFileSync(path, bytes)
  return dirOf(path)
}

test('an unusable folder is explained in a sentence', async () => {
  for (const [what, prepare, sentence] of UNUSABLE) {
    const data = prepare(newFolder())
    const fault: unknown = await startRelay({ data, host: '127.0.0.1', port: 0, httpPort: 0 }).then(
      () => 'it started',
      (fault: unknown) => fault,
    )
    expect([what, startFault(fault, data)]).toEqual([what, expect.stringContaining(sentence)])
  }
  const { listening, exited, errors } = await startProcess(ofAnotherVersion(join(newFolder(), 'mailboxes.sqlite')))
  expect([listening, await exited]).toEqual([null, [1, null]])
  expect(errors.join('')).toMatch(/^The relay could not start\. [^\n]* were written by another version of Sotto\.[^\n]*\n$/)
})

test('a folder without the right to write is explained', () => {
  for (const fault of [{ code: 'EACCES' }, { code: 'EPERM' }, { code: 'EROFS' }, { errcode: 8 }, { errcode: 14 + (1 << 8) }]) {
    expect(startFault({ ...fault, message: 'x' }, 'the-folder')).toMatch(/the-folder .*\.$/)
  }
  expect(startFault(new Error('something else'), 'the-folder')).toBe('something else')
})

test('with --help it prints its options, and starts nothing', async () => {
  const relay = await startRelayProcess({ words: ['--data', newFolder(), '--help'] })
  endLater(() => relay.end())
  expect([relay.listening, await relay.exited]).toEqual([null, [0, null]])
  for (const option of [
    '--data',
    '--host',
    '--port',
    '--http-host',
    '--http-port',
    '--announce',
    '--stun-host',
    '--stun-port',
    '--turn-url',
    '--turn-secret-file',
    '--disk-mib',
    '--keep-days',
    '--store',
    '--store-credentials',
    '--tls-cert',
    '--trust-proxy',
    '--config',
    '--help',
    '--json',
  ]) {
    expect(relay.output.join('\n')).toContain(`  ${option} `)
  }
  expect([['-h'], ['--port', 'x', '--help'], ['--data', 'help']].map(asksForHelp)).toEqual([true, true, false])
})

test('the command line is read, and errors in it are explained', () => {
  const read = readArguments(['--port', '0', '--announce', '/dns4/a/tcp/443/wss', '--announce', '/dns4/b/tcp/443/wss', '--disk-mib', '2'])
  expect(read).toMatchObject({ port: 0, httpPort: 4002, host: '127.0.0.1', json: false, mostBytes: 2_097_152 })
  expect(readArguments(['--file-mib', '0'])).toMatchObject({ fileBytes: 0 })
  expect(readArguments(['--file-mib', '4096'])).toMatchObject({ fileBytes: LIMITS.fileBytes })
  expect(readArguments([])).toMatchObject({ fileBytes: undefined })
  expect(readArguments(['--keep-days', '7'])).toMatchObject({ keepMs: 7 * 86_400_000 })
  expect(readArguments(['--keep-days', '30'])).toMatchObject({ keepMs: LIMITS.retentionMs })
  expect(read).toMatchObject({ announce: ['/dns4/a/tcp/443/wss', '/dns4/b/tcp/443/wss'] })
  for (const words of [
    ['--port', '65536'],
    ['--port', 'x'],
    ['--disk-mib', '0'],
    ['--keep-days', '0'],
    ['--keep-days', '31'],
    ['--file-mib', '4097'],
    ['--file-mib', 'x'],
    ['--unknown'],
    ['surplus'],
  ]) {
    expect(readArguments(words)).toEqual(expect.any(String))
  }
  for (const words of [['--tls-cert', 'x'], ['backup'], ['start'], ['check', 'all']]) expect(readArguments(words)).toEqual(expect.any(String))
  expect(readArguments(['backup', '--to', 'there'])).toEqual({ command: 'backup', data: 'relay-data', to: 'there' })
})

test('NATS is named by addresses without secrets; what belongs to it is refused without it', () => {
  const read = readArguments(['--store', 'nats://a:4222,nats://b:4222', '--store-credentials', 'relay.creds', '--store-replicas', '1'])
  expect(read).toMatchObject({ nats: { servers: ['nats://a:4222', 'nats://b:4222'], credentials: 'relay.creds', authority: null, replicas: 1 } })
  expect(readArguments([], { SOTTO_RELAY_STORE: 'tls://a:4222', SOTTO_RELAY_STORE_CA: 'ca.pem' })).toMatchObject({
    nats: { servers: ['tls://a:4222'], credentials: null, authority: 'ca.pem', replicas: 3 },
  })
  expect(readArguments([])).toMatchObject({ nats: null })
  for (const words of [
    ['--store', 'a:4222'],
    ['--store', 'http://a'],
    ['--store', 'nats://a', '--store-replicas', '6'],
    ['--store-ca', 'ca.pem'],
  ]) {
    expect(readArguments(words)).toEqual(expect.any(String))
  }
  // A command line is no place for a password, and what is printed of a wrong one is none either.
  const refusal = readArguments(['--store', 'nats://relay:hunter2@a:4222'])
  expect(refusal).toEqual(expect.stringContaining('--store-credentials'))
  expect(refusal).not.toContain('hunter2')
})

test('why NATS cannot be used is explained in a sentence', async () => {
  const start = (nats: Partial<NatsStore>) =>
    startRelay({
      data: newFolder(),
      host: '127.0.0.1',
      port: 0,
      httpPort: 0,
      nats: { servers: [], credentials: null, authority: null, replicas: 3, ...nats },
    }).then(
      () => 'it started',
      (fault: unknown) => startFault(fault, ''),
    )
  expect(await start({ servers: ['nats://127.0.0.1:1'] })).toContain('No NATS server answers')
  expect(await start({ servers: ['nats://127.0.0.1:1'], credentials: join(newFolder(), 'none') })).toContain('--store-credentials')
  const alone = await startNatsServers(1, newFolder())
  endLater(() => alone.end())
  expect(await start({ servers: alone.urls })).toContain('--store-replicas')
  const withoutJetStream = await startNatsServers(1, newFolder(), 'accounts { A { users: [ { user: a, password: b } ] } }\nno_auth_user: a')
  endLater(() => withoutJetStream.end())
  expect(await start({ servers: withoutJetStream.urls })).toContain('JetStream')
})

test('browsers ask for their address where the relay listens, elsewhere, or nowhere', () => {
  expect(readArguments(['--port', '7', '--host', '::1'])).toMatchObject({ stunPort: 7, stunHost: '::1' })
  expect(readArguments(['--stun-port', '8', '--stun-host', '0.0.0.0'])).toMatchObject({ port: 4001, stunPort: 8, stunHost: '0.0.0.0', host: '127.0.0.1' })
  expect(readArguments(['--stun-port', 'none'])).toMatchObject({ stunPort: null })
  expect(readArguments(['--stun-port', 'nowhere'])).toContain('A port is a number')
})

test('TURN servers are named with where their secret is, which is on no command line and in no refusal', () => {
  const urls = ['turn:turn.example.org:3478', 'turns:[2001:db8::7]:5349?transport=tcp']
  expect(readArguments(['--turn-url', urls.join(','), '--turn-secret-file', 'secret'])).toMatchObject({ turn: { urls, secret: { file: 'secret' } } })
  expect(readArguments(['--turn-url', urls[0] ?? ''], { SOTTO_RELAY_TURN_SECRET: 'hunter2' })).toMatchObject({ turn: { secret: { text: 'hunter2' } } })
  expect(readArguments([])).toMatchObject({ turn: null })
  for (const words of [
    ['--turn-url', 'turn:a:1'],
    ['--turn-secret-file', 'x'],
    ['--turn-url', Array.from({ length: 5 }, (_, i) => `turn:a${i}:1`).join(','), '--turn-secret-file', 'x'],
    ...['turn:a', 'stun:a:1', 'turn:u:p@a:1', 'turn://a:1', 'turn:a:0', 'turn:a:1?transport=sctp'].map((url) => ['--turn-url', url, '--turn-secret-file', 'x']),
  ]) {
    expect(readArguments(words)).toEqual(expect.any(String))
  }
  expect(readArguments(['--turn-url', 'turn:a'], { SOTTO_RELAY_TURN_SECRET: 'hunter2' })).not.toContain('hunter2')
  expect(readArguments([], { SOTTO_RELAY_TURN_SECRET: 'hunter2' })).not.toContain('hunter2')
})

test('the command line counts more than the environment, and that more than a file', () => {
  const path = written(join(newFolder(), 'relay.json'), JSON.stringify({ port: 1, host: '::1', 'disk-mib': 3, announce: ['/dns4/a/tcp/443/tls/ws'] }))
  const environment = { SOTTO_RELAY_CONFIG: path, SOTTO_RELAY_PORT: '2', SOTTO_RELAY_HTTP_PORT: '5', SOTTO_RELAY_TRUST_PROXY: '127.0.0.1,::1' }
  expect(readArguments(['--port', '3'], environment)).toMatchObject({
    port: 3,
    httpPort: 5,
    host: '::1',
    mostBytes: 3_145_728,
    announce: ['/dns4/a/tcp/443/tls/ws'],
    trustProxy: ['127.0.0.1', '::1'],
  })
  for (const wrong of ['nothing', '[]', '{"prot": 1}', '{"port": [1, 2]}', '{"port": {"of": 1}}', '{"port": null}']) {
    expect(readArguments(['--config', written(join(newFolder(), 'wrong.json'), wrong)])).toEqual(expect.stringMatching(/wrong\.json/))
  }
  expect(readArguments(['--config', 'not-there.json'])).toEqual(expect.stringContaining('cannot be read'))
})
