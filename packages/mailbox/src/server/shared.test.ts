/** A server whose store is shared with other relays: what is pushed is what the store tells of, in whatever order answers come. */
import { type MailboxAnswer, type MailboxRequest, decode, encode, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { beforeEach, expect, test } from 'vitest'
import { mailboxIdOf, signOpen } from '../credentials.ts'
import { body, countingBytes, credentialsOf, primitives } from '../testing/story-world.ts'
import { createMailboxServer } from './create-mailbox-server.ts'
import type { MailboxServer, ServerOutput } from './mailbox-server.ts'

const group = credentialsOf('group', 'group')
const inbox = credentialsOf('inbox', 'inbox')
const mailbox = mailboxIdOf(primitives, group.keys)
const NOW = 1_000

let server: MailboxServer
/** What the store was asked and has not answered, and what came out besides. */
let asked: Extract<ServerOutput, { readonly kind: 'store' }>[]
let said: MailboxAnswer[]
let others: ServerOutput[]
beforeEach(() => {
  server = createMailboxServer({ primitives, randomBytes: countingBytes(), relayPeer: 'relay', incarnation: new Uint8Array(16), isShared: true })
  asked = []
  said = []
  others = []
})

const take = (outputs: readonly ServerOutput[]): void => {
  for (const output of outputs) {
    if (output.kind === 'store') asked.push(output)
    else if (output.kind === 'watch' || output.kind === 'tell') others.push(output)
    else if (output.kind === 'send') said.push(decode(mailboxAnswer, output.frame) ?? { kind: 'done', request: 0 })
  }
}
const request = (what: MailboxRequest, connection = 1): void => take(server.receive(connection, encode(mailboxRequest, what), NOW))
const open = (connection: number, clientPeer = 'peer', credentials = group): void => {
  const [hello] = server.connect({ connection, clientPeer, address: 'here' }, NOW)
  const greeting = hello?.kind === 'send' ? decode(mailboxAnswer, hello.frame) : undefined
  if (greeting?.kind !== 'hello') throw new Error('no HELLO')
  const expiresMs = NOW + 1_000
  const statement = { relayPeer: 'relay', clientPeer, nonce: greeting.nonce, mailbox: mailboxIdOf(primitives, credentials.keys), expiresMs }
  request({ kind: 'open', request: 1, keys: credentials.keys, grant: null, expiresMs, ...signOpen(primitives, credentials, statement) }, connection)
  asked = []
  said = []
}
const subscribe = (connection = 1): void => request({ kind: 'subscribe', request: 2, handle: 1, after: 0, credit: 9 }, connection)
/** The store answers the oldest read with records of these cursors. */
const answer = (cursors: readonly number[], more = false): void => {
  const [first] = asked.splice(0, 1)
  take(
    server.stored(
      first?.ticket ?? 0,
      { kind: 'records', records: cursors.map((cursor) => ({ cursor, capability: null, body: body(`${cursor}`) })), more },
      NOW,
    ),
  )
}
const appended = (cursor: number, previous: number): void =>
  take(server.onNotice({ kind: 'appended', mailbox, cursor, previous, capability: null, body: body(`${cursor}`) }))
const pushed = (): readonly number[] => said.flatMap((each) => (each.kind === 'pushed' ? [each.cursor] : []))
const reads = (): readonly number[] => asked.flatMap(({ command }) => (command.kind === 'read' ? [command.after] : []))

test('a mailbox is watched from before it is first read until its last subscriber is gone', () => {
  open(1)
  open(2)
  const order: string[] = []
  for (const connection of [1, 2]) {
    for (const { kind } of server.receive(connection, encode(mailboxRequest, { kind: 'subscribe', request: 2, handle: 1, after: 0, credit: 9 }), NOW))
      order.push(kind)
  }
  expect(order.filter((kind) => kind !== 'send')).toEqual(['watch', 'store', 'store'])
  expect(server.disconnect(1)).toEqual([])
  expect(server.disconnect(2)).toEqual([{ kind: 'watch', mailbox, isWatched: false }])
})

test('an append is pushed when the store tells of it and not before, to its relay’s readers too', () => {
  open(1)
  subscribe()
  answer([])
  request({ kind: 'append', request: 3, handle: 1, class: 'stored', body: body('one') })
  take(server.stored(asked.pop()?.ticket ?? 0, { kind: 'appended', cursor: 5, duplicate: false }, NOW))
  expect(said.map(({ kind }) => kind)).toEqual(['done', 'caughtUp', 'appended'])
  appended(5, 0)
  appended(5, 0)
  expect(pushed()).toEqual([5])
})

test('where notices were missed the store is read, and nothing is pushed out of order', () => {
  open(1)
  subscribe()
  answer([3])
  appended(7, 5)
  expect([pushed(), reads()]).toEqual([[3], [3]])
  // Meanwhile another comes, which the answer does not have yet.
  appended(9, 7)
  answer([5, 7])
  expect([pushed(), reads()]).toEqual([[3, 5, 7], [7]])
  answer([9])
  appended(11, 9)
  expect([pushed(), reads()]).toEqual([[3, 5, 7, 9, 11], []])
})

test('a store that is unsure makes those read who are not so far', () => {
  open(1)
  subscribe()
  answer([4])
  take(server.onNotice({ kind: 'unsure', mailbox, upTo: 4 }))
  expect(reads()).toEqual([])
  take(server.onNotice({ kind: 'unsure', mailbox, upTo: 6 }))
  answer([6])
  // Nothing up to a cursor that is gone again: it reads once more, and no more than that.
  take(server.onNotice({ kind: 'unsure', mailbox, upTo: 8 }))
  answer([])
  expect([pushed(), reads()]).toEqual([[4, 6], []])
})

test('while the store is away a read is refused, and a subscription waits until it is back', () => {
  const away = { kind: 'refused', code: 'storeAway', retryAfterMs: 1_000 } as const
  open(1)
  request({ kind: 'read', request: 3, handle: 1, after: 0, most: 9 })
  take(server.stored(asked.shift()?.ticket ?? 0, away, NOW))
  expect(said).toEqual([{ ...away, request: 3 }])
  subscribe()
  take(server.stored(asked.shift()?.ticket ?? 0, away, NOW))
  appended(2, 1)
  expect([pushed(), reads()]).toEqual([[], []])
  take(server.onNotice({ kind: 'unsure', mailbox, upTo: Infinity }))
  answer([1, 2])
  expect(pushed()).toEqual([1, 2])
})

test('room that another relay made is said to those that wait for it here', () => {
  open(1)
  request({ kind: 'append', request: 3, handle: 1, class: 'stored', body: body('one') })
  take(server.stored(asked.pop()?.ticket ?? 0, { kind: 'refused', code: 'full', retryAfterMs: 500 }, NOW))
  take(server.onNotice({ kind: 'freed', mailbox }))
  take(server.onNotice({ kind: 'freed', mailbox }))
  expect(said.map(({ kind }) => kind)).toEqual(['refused', 'roomAgain'])
})

test('signals, second readers and few keys are told to other relays, and heard from them', () => {
  open(1)
  subscribe()
  answer([])
  others = []
  request({ kind: 'append', request: 3, handle: 1, class: 'signal', body: body('typing') })
  expect(others).toEqual([{ kind: 'tell', mailbox, word: { kind: 'signal', body: body('typing') } }])
  take(server.onNotice({ kind: 'told', mailbox, word: { kind: 'signal', body: body('there') } }))
  expect(said.at(-1)).toEqual({ kind: 'signalled', handle: 1, body: body('there') })

  const own = mailboxIdOf(primitives, inbox.keys)
  open(2, 'owner', inbox)
  others = []
  subscribe(2)
  answer([])
  expect(others).toEqual([
    { kind: 'tell', mailbox: own, word: { kind: 'reader', clientPeer: 'owner' } },
    { kind: 'watch', mailbox: own, isWatched: true },
  ])
  said = []
  // The owner's own connection to another relay is no alarm, nor is a reader of a group.
  take(server.onNotice({ kind: 'told', mailbox: own, word: { kind: 'reader', clientPeer: 'owner' } }))
  take(server.onNotice({ kind: 'told', mailbox, word: { kind: 'reader', clientPeer: 'thief' } }))
  expect(said).toEqual([])
  take(server.onNotice({ kind: 'told', mailbox: own, word: { kind: 'reader', clientPeer: 'thief' } }))
  take(server.onNotice({ kind: 'told', mailbox: own, word: { kind: 'keysLeft', oneTime: 2, oneTimeKem: 3 } }))
  expect(said).toEqual([
    { kind: 'secondReader', handle: 1 },
    { kind: 'keysLeft', handle: 1, published: true, oneTime: 2, oneTimeKem: 3 },
  ])

  others = []
  request({ kind: 'fetchKeys', request: 4, handle: 1 }, 2)
  const keys = { shared: body('shared'), oneTime: null, kem: body('kem') }
  take(server.stored(asked.pop()?.ticket ?? 0, { kind: 'keys', keys, left: { published: true, oneTime: 1, oneTimeKem: 1 } }, NOW))
  expect(others).toEqual([{ kind: 'tell', mailbox: own, word: { kind: 'keysLeft', oneTime: 1, oneTimeKem: 1 } }])
})
