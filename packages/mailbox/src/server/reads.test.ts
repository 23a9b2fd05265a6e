import { type MailboxRequest, decode, encode, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { beforeEach, expect, test } from 'vitest'
import { mailboxIdOf, signOpen } from '../credentials.ts'
import { body, countingBytes, credentialsOf, primitives } from '../testing/story-world.ts'
import { createMailboxServer } from './create-mailbox-server.ts'
import type { MailboxServer, ServerOutput } from './mailbox-server.ts'
import { SERVER_LIMITS } from './server-limits.ts'

const group = credentialsOf('group', 'group')
const NOW = 1_000
const CLIENT = 1

let server: MailboxServer
/** Tickets of reads that the store has not answered. */
let asked: number[]
let said: string[]
/** The connections that it was said to. */
let saidTo: number[]
beforeEach(() => {
  server = createMailboxServer({ primitives, randomBytes: countingBytes(), relayPeer: 'relay', incarnation: new Uint8Array(16) })
  asked = []
  said = []
  saidTo = []
  open(CLIENT)
})

const open = (connection: number): void => {
  const [hello] = server.connect({ connection, clientPeer: 'peer', address: 'here' }, NOW)
  const greeting = hello?.kind === 'send' ? decode(mailboxAnswer, hello.frame) : undefined
  if (greeting?.kind !== 'hello') throw new Error('no HELLO')
  const expiresMs = NOW + 1_000
  const statement = { relayPeer: 'relay', clientPeer: 'peer', nonce: greeting.nonce, mailbox: mailboxIdOf(primitives, group.keys), expiresMs }
  request({ kind: 'open', request: 1, keys: group.keys, grant: null, expiresMs, ...signOpen(primitives, group, statement) }, connection)
  said = []
  saidTo = []
}

const take = (outputs: readonly ServerOutput[]): void => {
  for (const output of outputs) {
    if (output.kind === 'store') asked.push(output.ticket)
    if (output.kind !== 'send') continue
    said.push(decode(mailboxAnswer, output.frame)?.kind ?? 'nothing')
    saidTo.push(output.connection)
  }
}
const request = (what: MailboxRequest, connection = CLIENT): void => take(server.receive(connection, encode(mailboxRequest, what), NOW))
const read = (number: number, connection = CLIENT): void => request({ kind: 'read', request: number, handle: 1, after: 0, most: 9 }, connection)
const answer = (): void =>
  take(server.stored(asked.shift() ?? 0, { kind: 'records', records: [{ cursor: 1, capability: null, body: body('one') }], more: false }, NOW))
const setWritable = (writable: boolean): void => take(server.setWritable(CLIENT, writable, NOW))

test('the store does a few reads of a connection at a time, however many it requests, and each is answered once', () => {
  for (let i = 0; i < 50; i++) read(10 + i)
  expect(asked.length).toBe(SERVER_LIMITS.readsPerConnection)
  for (let i = 0; i < 50; i++) {
    answer()
    expect(asked.length).toBeLessThanOrEqual(SERVER_LIMITS.readsPerConnection)
  }
  expect([asked, said]).toEqual([[], Array.from({ length: 50 }, () => 'records')])
})

test('nothing is read for a socket that takes nothing, and the requested records come once it does', () => {
  setWritable(false)
  for (let i = 0; i < 20; i++) read(10 + i)
  request({ kind: 'subscribe', request: 9, handle: 1, after: 0, credit: 9 })
  expect([asked, said]).toEqual([[], ['done']])
  setWritable(true)
  while (asked.length > 0) answer()
  expect(said.filter((kind) => kind === 'records').length).toBe(20)
  expect(said.slice(-2)).toEqual(['pushed', 'caughtUp'])
})

test('waiting reads count as requests in flight, and more than the limit are refused', () => {
  setWritable(false)
  for (let i = 0; i < SERVER_LIMITS.requestsInFlight; i++) read(10 + i)
  expect(said).toEqual([])
  read(9_999)
  expect(said).toEqual(['refused'])
})

test('nothing is read for a closed connection any more', () => {
  for (let i = 0; i < 50; i++) read(10 + i)
  server.disconnect(CLIENT)
  const reads = asked.length
  for (let i = 0; i < reads; i++) answer()
  expect([asked, said]).toEqual([[], []])
})

test('who requests little does not wait behind those who request much: all take turns', () => {
  const crowd = Array.from({ length: 10 }, (_, i) => 100 + i)
  for (const connection of [...crowd, 200]) open(connection)
  for (const connection of crowd) for (let i = 0; i < 50; i++) read(10 + i, connection)
  expect(asked.length).toBe(SERVER_LIMITS.readsAtOnce)
  read(7, 200)
  const turns = crowd.length + SERVER_LIMITS.readsAtOnce
  for (let i = 0; i < turns && !saidTo.includes(200); i++) answer()
  expect(saidTo).toContain(200)
})
