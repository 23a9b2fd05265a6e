/** `backup` and `check`, with a relay that runs meanwhile. */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Primitives, loadPrimitives } from '@sotto/crypto/primitives'
import type { ClientEvent, MailboxCredentials } from '@sotto/mailbox'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { backUp } from './backup.ts'
import { checkFolder } from './check.ts'
import { type Relay } from './relay.ts'
import { startFault } from './start-faults.ts'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { type MailboxPeer, startMailboxPeer } from './testing/mailbox-peer.ts'
import { startRelayProcess } from './testing/relay-process.ts'
import { startTestRelay } from './testing/test-relay.ts'

let primitives: Primitives
beforeAll(async () => {
  primitives = await loadPrimitives()
})
afterEach(endAll)
const connect = async (relay: Relay): Promise<MailboxPeer> => {
  const peer = await startMailboxPeer(relay.addresses[0] ?? '', primitives)
  endLater(() => peer.stop())
  return peer
}
const member = (): MailboxCredentials => {
  const [readSeed, appendSeed] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const publicKey = (from: Uint8Array): Uint8Array => primitives.ed25519.keyPairFromSeed(from).publicKey
  return { keys: { kind: 'group', readKey: publicKey(readSeed), appendKey: publicKey(appendSeed) }, readSeed, appendSeed, grant: null }
}
const isConnected = (event: ClientEvent): event is Extract<ClientEvent, { kind: 'connected' }> => event.kind === 'connected'
const isCaughtUp = (event: ClientEvent): event is Extract<ClientEvent, { kind: 'caughtUp' }> => event.kind === 'caughtUp'

test('a copy of a relay that is written to meanwhile is whole, and a relay starts from it as the same peer in another incarnation', async () => {
  const data = newFolder()
  const relay = await startTestRelay({ data: data })
  const alice = await connect(relay)
  const write = async (from: number, count: number): Promise<void> => {
    for (let number = from; number < from + count; number++) {
      const bytes = new Uint8Array(4096)
      new DataView(bytes.buffer).setUint32(0, number)
      alice.run((client, state) => client.append(state, { token: `${number}`, credentials: member(), body: bytes, class: 'stored' }, Date.now()))
      await alice.event((event): event is Extract<ClientEvent, { kind: 'appended' }> => event.kind === 'appended' && event.token === `${number}`)
    }
  }
  await write(0, 30)
  const to = join(newFolder(), 'copy')
  const [pages] = await Promise.all([backUp(data, to), write(30, 20)])
  expect(pages).toBeGreaterThan(30)
  expect(readdirSync(to).toSorted()).toEqual(['mailboxes.sqlite', 'relay.key'])
  expect(readdirSync(to).map((name) => statSync(join(to, name)).mode & 0o077)).toEqual([0, 0])
  const checked = await checkFolder(to)
  expect(checked).toMatchObject({ faults: [], mailboxes: 1 })
  expect(checked.records).toBeGreaterThanOrEqual(30)

  const moved = await startTestRelay({ data: to })
  expect(moved.peerId).toBe(relay.peerId)
  const bob = await connect(moved)
  bob.run((client, state) => client.want(state, member(), null, Date.now()))
  await bob.event(isCaughtUp)
  const numbers = bob.events.flatMap((event) => (event.kind === 'record' ? [new DataView(event.body.buffer, event.body.byteOffset).getUint32(0)] : []))
  expect(numbers).toEqual(Array.from({ length: checked.records }, (_, number) => number))
  expect((await bob.event(isConnected)).incarnation).not.toEqual((await alice.event(isConnected)).incarnation)
})

test('where there is a relay already no copy is made, and nothing is left of one that failed', async () => {
  const data = newFolder()
  await startTestRelay({ data: data })
  const to = newFolder()
  await backUp(data, to)
  const before = readFileSync(join(to, 'mailboxes.sqlite'))
  const fault: unknown = await backUp(data, to).catch((error: unknown) => error)
  expect(startFault(fault, to)).toContain('There is a relay in that folder already')
  expect(readFileSync(join(to, 'mailboxes.sqlite')).equals(before)).toBe(true)
  const empty = newFolder()
  await expect(backUp(newFolder(), empty)).rejects.toThrow()
  expect(readdirSync(empty)).toEqual([])
})

test('a second relay on the same folder does not start, and the first goes on', async () => {
  const data = newFolder()
  const relay = await startTestRelay({ data: data })
  const fault: unknown = await startTestRelay({ data: data }).catch((error: unknown) => error)
  expect(startFault(fault, data)).toContain('Is a relay running there already?')
  await connect(relay).then((peer) => peer.event(isConnected))
  await relay.stop()
  await startTestRelay({ data: data })
})

test('check says what is wrong with a folder', async () => {
  const data = newFolder()
  const relay = await startTestRelay({ data: data })
  await relay.stop()
  expect((await checkFolder(data)).faults).toEqual([])
  const database = new DatabaseSync(join(data, 'mailboxes.sqlite'))
  database.exec("INSERT INTO records (mailbox, capability, expiresMs, dedupe, body) VALUES (x'01', 0, 1, x'02', x'03')")
  database.exec('PRAGMA user_version = 99')
  database.close()
  writeFileSync(join(data, 'relay.key'), 'x')
  const { faults, records } = await checkFolder(data)
  expect(records).toBe(1)
  expect(faults.map((fault) => /relay\.key|counted wrongly in 1|version 99/.exec(fault)?.[0])).toEqual(['relay.key', 'version 99', 'counted wrongly in 1'])
})

test('as commands, backup and check say what they did and end with a code', async () => {
  const data = newFolder()
  const relay = await startTestRelay({ data: data })
  const to = join(newFolder(), 'copy')
  const run = async (words: readonly string[]) => {
    const { exited, output, errors } = await startRelayProcess({ words })
    return { code: (await exited)[0], said: [...output, ...errors].join('\n') }
  }
  expect(await run(['backup', '--data', data, '--to', to])).toMatchObject({ code: 0, said: expect.stringContaining('A relay can start from') as string })
  expect(await run(['check', '--data', to])).toMatchObject({ code: 0, said: expect.stringContaining('Whole: 0 records') as string })
  expect(await run(['backup', '--data', data, '--to', to])).toMatchObject({ code: 1, said: expect.stringContaining('already') as string })
  writeFileSync(join(to, 'relay.key'), '')
  expect(await run(['check', '--data', to])).toMatchObject({ code: 1, said: expect.stringContaining('relay.key is missing or is no key') as string })
  expect(await run(['check', '--data', join(to, 'nowhere')])).toMatchObject({ code: 1 })
  await relay.stop()
})
