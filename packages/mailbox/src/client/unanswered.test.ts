/** By what a client owes its relay patience: the first request that is unanswered (PROTOCOL §8.7). */
import { decode, encode, LIMITS, type MailboxAnswer, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { beforeEach, expect, test } from 'vitest'
import { body, credentialsOf, primitives } from '../testing/story-world.ts'
import { createMailboxClient } from './create-mailbox-client.ts'
import type { ClientState, ClientStep } from './mailbox-client.ts'

const client = createMailboxClient(primitives)
const group = credentialsOf('group', 'group')
const inbox = credentialsOf('inbox', 'inbox', 'read')
const limits = {
  appendsPerSecond: 20,
  appendBurst: 100,
  requestsInFlight: 256,
  mailboxes: 64,
  recordBytes: LIMITS.recordBytes,
  pushCredit: 4,
  keepSeconds: 2_592_000,
  strangersKeepSeconds: 604_800,
  blobBytes: 0,
  blobKeepSeconds: 1_209_600,
  blobAppendsPerSecond: 128,
  blobAppendBurst: 512,
}
const NOW = 5

let state: ClientState
/** What was sent and not answered, oldest first. OPEN is answered at once. */
let underway: { readonly kind: string; readonly request: number }[]
const take = (step: ClientStep): void => {
  state = step.state
  for (const frame of step.frames) {
    const request = decode(mailboxRequest, frame)
    if (request?.kind === 'open') say({ kind: 'opened', request: request.request, handle: request.request })
    else if (request !== undefined && 'request' in request) underway.push(request)
  }
}
const say = (answer: MailboxAnswer): void => take(client.onFrame(state, encode(mailboxAnswer, answer), NOW))
const answerOldest = (): void => {
  const oldest = underway.shift()
  if (oldest === undefined) return
  say(oldest.kind === 'append' ? { kind: 'appended', request: oldest.request, cursor: 1 } : { kind: 'done', request: oldest.request })
}
const append = (token: string, sizeBytes: number): void =>
  take(client.append(state, { token, credentials: group, body: body(token, sizeBytes), class: 'stored' }, NOW))
const publish = (keys: number, sizeBytes: number): void => {
  const oneTimeKem = Array.from({ length: keys }, (_, id) => ({ id, key: body(`${id}`, sizeBytes) }))
  const publication = { shared: body('shared', 100), lastResort: body('last', 200), oneTime: [], oneTimeKem }
  take(client.publishKeys(state, { token: 'keys', credentials: inbox, replace: true, publication }, NOW))
}

beforeEach(() => {
  state = client.start()
  underway = []
  take(client.onOpened(state, 'peer', 'relay'))
  say({ kind: 'hello', nonce: new Uint8Array(32), incarnation: new Uint8Array(16), limits, timeMs: NOW, stunPort: 0, turn: null, isOpen: true })
})

test('the bytes of the first request count, and no later ones, in whatever order answers come', () => {
  expect(client.awaitsAnswer(state)).toBe(false)
  // So many that their numbers wrap round the parts of the map in which they wait.
  for (let i = 0; i < 80; i++) append(`small ${i}`, 100 + i)
  append('large', 30_000)
  for (let i = 0; i < 80; i++) {
    expect(client.firstUnansweredBytes(state)).toBe(100 + i)
    answerOldest()
  }
  expect(client.firstUnansweredBytes(state)).toBe(30_000)
  answerOldest()
  expect(client.firstUnansweredBytes(state)).toBe(0)
  expect(client.awaitsAnswer(state)).toBe(false)
})

test('a publication of prekeys prolongs nothing, and neither does a record behind it', () => {
  publish(100, 1_000)
  append('large', 30_000)
  // A part goes when the one before it is stored.
  expect(underway.map(({ kind }) => kind)).toEqual(['publishKeys', 'append'])
  expect(client.firstUnansweredBytes(state)).toBe(0)
  answerOldest()
  expect(client.firstUnansweredBytes(state)).toBe(30_000)
})
