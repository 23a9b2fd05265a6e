/** How much a client sends before the relay answers. */
import { LIMITS, type MailboxAnswer, type MailboxRequest, decode, encode, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { beforeEach, expect, test } from 'vitest'
import { body, credentialsOf, primitives } from '../testing/story-world.ts'
import { createMailboxClient } from './create-mailbox-client.ts'
import type { ClientState, ClientStep } from './mailbox-client.ts'

const client = createMailboxClient(primitives)
const group = credentialsOf('group', 'group')
const limits = {
  appendsPerSecond: 20,
  appendBurst: 100,
  requestsInFlight: 256,
  mailboxes: 64,
  recordBytes: LIMITS.recordBytes,
  pushCredit: 4,
  keepSeconds: 2_592_000,
  strangersKeepSeconds: 604_800,
  blobBytes: 75_497_472,
  blobKeepSeconds: 1_209_600,
  blobAppendsPerSecond: 128,
  blobAppendBurst: 512,
}
const KIB = 1024
const NOW = 5

let state: ClientState
/** Appends in flight: request and size, oldest first. */
let underway: { readonly request: number; readonly sizeBytes: number }[]
let left: number[]
const take = (step: ClientStep): void => {
  state = step.state
  for (const frame of step.frames) {
    const request: MailboxRequest | undefined = decode(mailboxRequest, frame)
    if (request?.kind === 'open') say({ kind: 'opened', request: request.request, handle: 1 })
    if (request?.kind !== 'append') continue
    underway.push({ request: request.request, sizeBytes: request.body.length })
    left.push(request.body.length)
  }
}
const say = (answer: MailboxAnswer): void => take(client.onFrame(state, encode(mailboxAnswer, answer), NOW))
const append = (token: string, sizeBytes: number): void =>
  take(client.append(state, { token, credentials: group, body: body(token, sizeBytes), class: 'stored' }, NOW))
const open = (): void => {
  underway = []
  take(client.onOpened(state, 'peer', 'relay'))
  say({ kind: 'hello', nonce: new Uint8Array(32), incarnation: new Uint8Array(16), limits, timeMs: NOW, stunPort: 0, turn: null, isOpen: true })
}
const answerOldest = (): void => {
  const oldest = underway.shift()
  if (oldest !== undefined) say({ kind: 'appended', request: oldest.request, cursor: 1 })
}
const underwayBytes = (): number => underway.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

beforeEach(() => {
  state = client.start()
  left = []
  open()
})

test('appends leave window by window, and each answer makes room for more', () => {
  for (let i = 0; i < 20; i++) append(`${i}`, 16 * KIB)
  expect(underwayBytes()).toBe(LIMITS.appendWindowBytes)
  while (underway.length > 0) {
    answerOldest()
    expect(underwayBytes()).toBeLessThanOrEqual(LIMITS.appendWindowBytes)
  }
  expect(left.length).toBe(20)
})

test('the largest record leaves alone, and small ones do not overtake it while it waits', () => {
  const sizes = [256, LIMITS.recordBytes, 256, 512]
  for (const [i, size] of sizes.entries()) append(`${i}`, size)
  expect(left).toEqual([256])
  answerOldest()
  expect(left).toEqual([256, LIMITS.recordBytes])
  answerOldest()
  expect(left).toEqual(sizes)
})

test('chunks of a file leave two at a time, and a letter waits for none of them', () => {
  const file = credentialsOf('blob', 'file')
  const chunkBytes = 62 * KIB
  const put = (token: string): void => take(client.append(state, { token, credentials: file, body: body(token, chunkBytes), class: 'stored' }, NOW))
  for (let i = 0; i < 4; i++) put(`${i}`)
  expect(left).toEqual([chunkBytes, chunkBytes])
  append('letter', 256)
  expect(left).toEqual([chunkBytes, chunkBytes, 256])
  answerOldest()
  expect(left).toEqual([chunkBytes, chunkBytes, 256, chunkBytes])
})

test('a broken connection loses what was in flight, and not what was waiting', () => {
  for (let i = 0; i < 20; i++) append(`${i}`, 16 * KIB)
  answerOldest()
  const before = left.length
  take(client.onClosed(state))
  expect(before).toBeLessThanOrEqual(1 + LIMITS.appendWindowBytes / (16 * KIB))
  open()
  for (let i = 1; i < 20; i++) append(`${i}`, 16 * KIB)
  while (underway.length > 0) answerOldest()
  expect(left.length - before).toBe(19)
})
