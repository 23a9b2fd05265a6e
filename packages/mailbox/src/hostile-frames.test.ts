import * as fc from 'fast-check'
import { type MailboxAnswer, type MailboxRequest, encode, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { expect, test } from 'vitest'
import { createMailboxClient } from './client/create-mailbox-client.ts'
import { body, createWorld, credentialsOf, primitives, sendCapabilityOf } from './testing/story-world.ts'

const number = (most: number) => fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: most }))
const request = number(2 ** 32 - 1)
const handle = number(2 ** 32 - 1)
const cursor = number(2 ** 47)
const short = number(2 ** 16 - 1)
const bytes = fc.constantFrom(body('a'), body('b'), body('c', 512), new Uint8Array(3), new Uint8Array(66_000))
const key = fc.record({ id: number(2 ** 32 - 1), key: fc.uint8Array({ maxLength: 8 }) })
const small = fc.uint8Array({ maxLength: 16 })
const publication = fc.record({ shared: small, lastResort: small, oneTime: fc.array(key, { maxLength: 4 }), oneTimeKem: fc.array(key, { maxLength: 4 }) })

const anyRequest: fc.Arbitrary<MailboxRequest> = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), request, handle, class: fc.constantFrom('stored' as const, 'signal' as const), body: bytes }),
  fc.record({ kind: fc.constant('read' as const), request, handle, after: cursor, most: short }),
  fc.record({ kind: fc.constant('subscribe' as const), request, handle, after: cursor, credit: short }),
  fc.record({ kind: fc.constant('credit' as const), handle, more: short }),
  fc.record({ kind: fc.constant('acknowledge' as const), request, handle, upTo: cursor }),
  fc.record({ kind: fc.constant('drop' as const), request, handle }),
  fc.record({ kind: fc.constant('publishKeys' as const), request, handle, replace: fc.boolean(), publication }),
  fc.record({ kind: fc.constant('fetchKeys' as const), request, handle }),
  fc.record({ kind: fc.constant('close' as const), handle }),
)

const capability = fc.option(fc.nat())
const record = fc.record({ cursor, capability, body: bytes })
const anyAnswer: fc.Arbitrary<MailboxAnswer> = fc.oneof(
  fc.record({ kind: fc.constant('opened' as const), request, handle }),
  fc.record({ kind: fc.constant('appended' as const), request, cursor }),
  fc.record({ kind: fc.constant('done' as const), request }),
  fc.record({
    kind: fc.constant('refused' as const),
    request,
    code: fc.constantFrom('full' as const, 'rate' as const, 'expired' as const),
    retryAfterMs: cursor,
  }),
  fc.record({ kind: fc.constant('records' as const), request, records: fc.array(record, { maxLength: 2 }), more: fc.boolean() }),
  fc.record({ kind: fc.constant('keys' as const), request, keys: fc.constant(null) }),
  fc.record({ kind: fc.constant('pushed' as const), handle, cursor, capability, body: bytes }),
  fc.record({ kind: fc.constant('signalled' as const), handle, body: bytes }),
  fc.record({ kind: fc.constant('caughtUp' as const), handle, cursor }),
  fc.record({ kind: fc.constant('lagging' as const), handle }),
  fc.record({ kind: fc.constant('keysLeft' as const), handle, published: fc.boolean(), oneTime: short, oneTimeKem: short }),
  fc.record({ kind: fc.constant('secondReader' as const), handle }),
  fc.record({ kind: fc.constant('roomAgain' as const), handle }),
)

test('no order of requests with open handles breaks the server, and other clients are served as before', () => {
  fc.assert(
    fc.property(fc.array(anyRequest, { maxLength: 40 }), (requests) => {
      const world = createWorld()
      const mallory = world.person('mallory')
      mallory.want(credentialsOf('group', 'group'))
      mallory.want(credentialsOf('inbox', 'mallory', 'read'))
      mallory.append(sendCapabilityOf('inbox', 'mallory'), 'one')
      for (const request of requests) mallory.sendRaw(encode(mailboxRequest, request))
      const [alice, bob] = [world.person('alice'), world.person('bob')]
      bob.want(credentialsOf('group', 'other'))
      alice.append(credentialsOf('group', 'other'), 'hello')
      expect(bob.read()).toEqual(['hello'])
    }),
    { numRuns: 60 },
  )
})

test('no order of answers breaks a client or makes it send without end', () => {
  const client = createMailboxClient(primitives)
  const limits = {
    appendsPerSecond: 20,
    appendBurst: 100,
    requestsInFlight: 256,
    mailboxes: 4,
    recordBytes: 65_536,
    pushCredit: 4,
    keepSeconds: 2_592_000,
    strangersKeepSeconds: 604_800,
    blobBytes: 75_497_472,
    blobKeepSeconds: 1_209_600,
    blobAppendsPerSecond: 128,
    blobAppendBurst: 512,
  }
  const hello = { kind: 'hello', nonce: new Uint8Array(32), incarnation: new Uint8Array(16), limits, timeMs: 5, stunPort: 0, turn: null, isOpen: true } as const
  const group = credentialsOf('group', 'group')
  const append = { token: 'one', credentials: group, body: body('one'), class: 'stored' } as const
  fc.assert(
    fc.property(fc.array(anyAnswer, { maxLength: 40 }), (answers) => {
      let state = client.onOpened(client.start(), 'peer', 'relay').state
      state = client.onFrame(state, encode(mailboxAnswer, hello), 0).state
      state = client.want(state, group, null, 0).state
      state = client.append(state, append, 0).state
      for (const answer of answers) {
        const frozen = JSON.stringify([...state.wanted.keys(), state.waiting.length])
        const step = client.onFrame(state, encode(mailboxAnswer, answer), 0)
        expect(step.frames.length).toBeLessThan(8)
        // The step left the state that it was passed unchanged.
        expect(JSON.stringify([...state.wanted.keys(), state.waiting.length])).toBe(frozen)
        state = step.state
      }
    }),
    { numRuns: 100 },
  )
})

test('bytes that are not an answer, and an answer before HELLO, are reported as broken', () => {
  const client = createMailboxClient(primitives)
  const { state } = client.onOpened(client.start(), 'peer', 'relay')
  for (const frame of [Uint8Array.from([200]), encode(mailboxAnswer, { kind: 'done', request: 1 })]) {
    expect(client.onFrame(state, frame, 0).events).toEqual([{ kind: 'broken' }])
  }
})
