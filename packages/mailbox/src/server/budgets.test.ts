/** What one peer and one address may take from a relay, however many streams, peers and mailboxes they make. */
import { type MailboxAnswer, type MailboxRequest, decode, encode, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { expect, test } from 'vitest'
import { type MailboxCredentials, canOpen, mailboxIdOf, signOpen } from '../credentials.ts'
import { createMemoryMailboxStore } from '../store/memory-mailbox-store.ts'
import { body, countingBytes, createWorld, credentialsOf, primitives, sendCapabilityOf } from '../testing/story-world.ts'
import { createMailboxServer } from './create-mailbox-server.ts'
import type { ServerOutput } from './mailbox-server.ts'
import { createRate, createRates } from './rate.ts'
import { SERVER_LIMITS, type ServerLimits } from './server-limits.ts'

const group = credentialsOf('group', 'group')
const HOUR = 3_600_000

/** A relay whose streams are written by hand. */
function relayWith(limits: Partial<ServerLimits> = {}) {
  let verified = 0
  const ed25519 = {
    ...primitives.ed25519,
    verify: (...of: Parameters<typeof primitives.ed25519.verify>) => {
      verified++
      return primitives.ed25519.verify(...of)
    },
  }
  const store = createMemoryMailboxStore({ randomBytes: countingBytes() })
  const server = createMailboxServer({
    primitives: { ...primitives, ed25519 },
    randomBytes: countingBytes(),
    relayPeer: 'relay',
    incarnation: store.incarnation(),
    limits,
  })
  let nowMs = 1_000_000
  let streams = 0
  const stream = (clientPeer: string, address: string) => {
    const connection = ++streams
    const said: MailboxAnswer[] = []
    let isOver = false
    const take = (outputs: readonly ServerOutput[]): void => {
      const queue = [...outputs]
      for (let output = queue.shift(); output !== undefined; output = queue.shift()) {
        if (output.kind === 'hangUp') isOver = true
        if (output.kind === 'store') for (const result of store.execute([output.command], nowMs)) queue.push(...server.stored(output.ticket, result, nowMs))
        if (output.kind !== 'send' || output.connection !== connection) continue
        const answer = decode(mailboxAnswer, output.frame)
        if (answer !== undefined) said.push(answer)
      }
    }
    take(server.connect({ connection, clientPeer, address }, nowMs))
    const [hello] = said
    if (hello?.kind !== 'hello') throw new Error('no HELLO')
    const ask = (request: MailboxRequest): MailboxAnswer | undefined => {
      take(server.receive(connection, encode(mailboxRequest, request), nowMs))
      return said.at(-1)
    }
    let request = 0
    return {
      isOver: () => isOver,
      ask,
      open: (credentials: MailboxCredentials, isForged = false) => {
        const { keys, grant } = credentials
        const statement = {
          relayPeer: isForged ? 'another' : 'relay',
          clientPeer,
          nonce: hello.nonce,
          mailbox: mailboxIdOf(primitives, keys),
          expiresMs: nowMs + 1_000,
        }
        return ask({ kind: 'open', request: ++request, keys, grant, expiresMs: statement.expiresMs, ...signOpen(primitives, credentials, statement) })
      },
      append: (handle: number, text: string, sizeBytes = 256) =>
        ask({ kind: 'append', request: ++request, handle, class: 'stored', body: body(text, sizeBytes) }),
    }
  }
  return { stream, verified: () => verified, pass: (ms: number) => (nowMs += ms) }
}

const codeOf = (answer: MailboxAnswer | undefined): string | undefined => (answer?.kind === 'refused' ? answer.code : answer?.kind)

test('streams of one peer share what the peer may append, and get no more by being many', () => {
  const relay = relayWith({ appendBurst: 10, appendsPerSecond: 10 })
  const streams = Array.from({ length: 5 }, () => relay.stream('mallory', 'there'))
  for (const stream of streams) stream.open(group)
  const codes = streams.flatMap((stream, i) => Array.from({ length: 10 }, (_, n) => codeOf(stream.append(1, `${i} ${n}`))))
  expect(codes.filter((code) => code === 'appended').length).toBe(10)
  expect(codes.filter((code) => code === 'rate').length).toBe(40)
  relay.pass(500)
  expect(Array.from({ length: 9 }, (_, n) => codeOf(streams[n % 5]?.append(1, `later ${n}`))).filter((code) => code === 'appended').length).toBe(5)
})

test('peers of one address share what the address may append, and peers of others do not wait for them', () => {
  const relay = relayWith({ appendBurst: 10, appendsPerSecond: 10, addressTimes: 3 })
  const codes = Array.from({ length: 20 }, (_, i) => {
    const stream = relay.stream(`mallory ${i}`, 'there')
    stream.open(group)
    return Array.from({ length: 10 }, (__, n) => codeOf(stream.append(1, `${i} ${n}`)))
  }).flat()
  expect(codes.filter((code) => code === 'appended').length).toBe(30)
  const honest = relay.stream('alice', 'here')
  honest.open(group)
  expect(codeOf(honest.append(1, 'hello'))).toBe('appended')
})

test('who proves nothing is hung up on, and after a few its address is refused unchecked, for a while', () => {
  const relay = relayWith({ badOpensPerAddress: 4 })
  const attempts = Array.from({ length: 50 }, (_, i) => {
    const stream = relay.stream(`mallory ${i}`, 'there')
    const before = relay.verified()
    const code = codeOf(stream.open(group, true))
    return { code, isOver: stream.isOver(), checks: relay.verified() - before }
  })
  const checked = attempts.filter(({ checks }) => checks > 0)
  expect(checked.length).toBe(4)
  expect(checked.every(({ code, isOver }) => code === 'badSignature' && isOver)).toBe(true)
  expect(attempts.slice(4).every(({ code }) => code === 'rate')).toBe(true)
  expect(codeOf(relay.stream('alice', 'here').open(group))).toBe('opened')
  relay.pass(HOUR)
  expect(codeOf(relay.stream('bob', 'there').open(group))).toBe('opened')
})

test('one address leaves so many bytes on the disk, in letters and in keys, and more each day; others have their own', () => {
  const relay = relayWith({ addressKeptBytes: 10 * 1024, addressKeptBytesPerDay: 24 * 1024, appendsPerSecond: 1_000 })
  const mallory = relay.stream('mallory', 'there')
  const inbox = credentialsOf('inbox', 'an inbox of its own', 'read')
  mallory.open(inbox)
  const publication = { shared: body('keys', 2_000), lastResort: body('last', 2_000), oneTime: [], oneTimeKem: [] }
  const publish = { kind: 'publishKeys', request: 900, handle: 1, replace: true, publication } as const
  // Its answers: done, and then what is left.
  expect(codeOf(mallory.ask(publish))).toBe('keysLeft')
  let kept = 0
  for (let i = 0; i < 50; i++) {
    const opened = mallory.open(credentialsOf('group', `group ${i}`))
    if (opened?.kind === 'opened' && codeOf(mallory.append(opened.handle, `${i}`, 1024)) === 'appended') kept++
  }
  // 10 KiB less 4,000 bytes of keys.
  expect(kept).toBe(6)
  expect(mallory.ask({ ...publish, request: 901 })).toMatchObject({ kind: 'refused', code: 'share' })
  const opened = mallory.open(group)
  if (opened?.kind !== 'opened') throw new Error('not opened')
  const refusal = mallory.append(opened.handle, 'one more', 1024)
  if (refusal?.kind !== 'refused') throw new Error('not refused')
  expect(refusal.retryAfterMs).toBeLessThanOrEqual(HOUR)
  expect(refusal.retryAfterMs).toBeGreaterThan(0)
  relay.pass(refusal.retryAfterMs)
  expect(codeOf(mallory.append(opened.handle, 'one more', 1024))).toBe('appended')
  const honest = relay.stream('alice', 'here')
  honest.open(group)
  expect(codeOf(honest.append(1, 'hello', 1024))).toBe('appended')
})

test('what is not kept costs no bytes: a repeated record, and one without room in its mailbox', () => {
  const relay = relayWith({ addressKeptBytes: 1024, addressKeptBytesPerDay: 1, groupMailboxRecords: 3, freeBesideShare: 0 })
  const alice = relay.stream('alice', 'here')
  alice.open(group)
  const codes = ['one', 'one', 'one', 'one', 'two', 'three', 'four', 'five'].map((text) => codeOf(alice.append(1, text)))
  expect(codes).toEqual(['appended', 'appended', 'appended', 'appended', 'appended', 'appended', 'full', 'full'])
  alice.open(credentialsOf('group', 'another'))
  expect(codeOf(alice.append(2, 'six'))).toBe('appended')
  expect(codeOf(alice.append(2, 'seven'))).toBe('share')
})

test('a mailbox is pushed once to a stream, however many handles subscribe to it', () => {
  const world = createWorld()
  const handles = Array.from({ length: 20 }, (_, i) => i + 1)
  const statement = (nonce: Uint8Array) => ({
    relayPeer: 'relay',
    clientPeer: 'peer',
    nonce,
    mailbox: mailboxIdOf(primitives, group.keys),
    expiresMs: world.nowMs + 1_000,
  })
  const pushed: number[] = []
  const hear = (deliveries: ReturnType<typeof world.relay.receive>): readonly MailboxAnswer[] =>
    deliveries.flatMap((delivery) => {
      const answer = delivery.kind === 'frame' && delivery.connection === 77 ? decode(mailboxAnswer, delivery.frame) : undefined
      return answer === undefined ? [] : [answer]
    })
  const [hello] = hear(world.relay.connect(77, 'peer', 'there', world.nowMs))
  if (hello?.kind !== 'hello') throw new Error('no HELLO')
  const ask = (request: MailboxRequest) => hear(world.relay.receive(77, encode(mailboxRequest, request), world.nowMs))
  for (const handle of handles) {
    const { keys, grant } = group
    const open = { kind: 'open', request: handle, keys, grant, expiresMs: world.nowMs + 1_000, ...signOpen(primitives, group, statement(hello.nonce)) } as const
    ask(open)
    ask({ kind: 'subscribe', request: 100 + handle, handle, after: 0, credit: 9 })
  }
  const appended = ask({ kind: 'append', request: 999, handle: 1, class: 'stored', body: body('hello') })
  for (const answer of appended) if (answer.kind === 'pushed') pushed.push(answer.handle)
  expect(pushed).toEqual([20])
})

test('a client says itself that credentials fit nothing: a contact can give it none that make a relay hang up', () => {
  const good = sendCapabilityOf('inbox', 'bob')
  const { grant } = good
  if (grant === null) throw new Error('no grant')
  const bad: readonly MailboxCredentials[] = [
    { ...good, appendSeed: new Uint8Array(32) },
    { ...good, grant: { ...grant, records: grant.records + 1 } },
    { ...credentialsOf('group', 'group'), readSeed: new Uint8Array(32) },
  ]
  expect([good, group].map((credentials) => canOpen(primitives, credentials))).toEqual([true, true])
  expect(bad.map((credentials) => canOpen(primitives, credentials))).toEqual([false, false, false])
  const world = createWorld()
  const alice = world.person('alice')
  const [one, other] = bad
  if (one === undefined || other === undefined) throw new Error('none')
  alice.append(one, 'to nobody')
  alice.append(other, 'to nobody else')
  alice.append(group, 'to all')
  expect([alice.outcome('to nobody'), alice.outcome('to nobody else')]).toEqual(['badSignature', 'badSignature'])
  expect(alice.outcome('to all')).toBeTypeOf('number')
  expect(alice.connection).not.toBeNull()
})

test('a bucket goes on after its clock was ahead and was set back', () => {
  const rate = createRate(1, 2, 0)
  expect([rate.take(0), rate.take(0), rate.take(0)]).toEqual([0, 0, 1_000])
  expect(rate.take(40 * 24 * HOUR)).toBe(0)
  rate.take(40 * 24 * HOUR)
  expect(rate.take(1_000)).toBeGreaterThan(0)
  expect(rate.take(2_000)).toBe(0)
})

test('buckets that are full again are forgotten, and those in use are not', () => {
  const rates = createRates(1, 1)
  const used = rates.of('used', 0)
  used.charge(0, 1)
  for (let i = 0; i < 5_000; i++) rates.of(`other ${i}`, 0)
  expect(rates.of('used', 0)).toBe(used)
  expect(rates.of('used', 0).take(0)).toBeGreaterThan(0)
})

test('the budgets of a relay let a house of twenty people start at once', () => {
  const { mailboxesPerConnection, addressTimes, appendBurst } = SERVER_LIMITS
  expect(mailboxesPerConnection * addressTimes).toBeGreaterThanOrEqual(20 * 500)
  expect(appendBurst * addressTimes).toBeGreaterThanOrEqual(20 * 40)
})
