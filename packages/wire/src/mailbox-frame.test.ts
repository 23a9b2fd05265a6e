import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from './codec.ts'
import { LIMITS } from './limits.ts'
import { type MailboxAnswer, type MailboxRequest, mailboxAnswer, mailboxRequest } from './mailbox-frame.ts'

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill)
const keys = { kind: 'inbox', readKey: bytes(32), appendKey: bytes(32, 2) } as const
const grant = { capability: 3, appendKey: bytes(32, 3), records: 256, expiresMs: 9_000, signature: bytes(64) }
const publication = {
  shared: bytes(500),
  lastResort: bytes(1300),
  oneTime: [{ id: 0, key: bytes(72) }],
  oneTimeKem: [{ id: 4, key: bytes(1300) }],
}

const requests: readonly MailboxRequest[] = [
  { kind: 'open', request: 1, keys, expiresMs: 5, readSignature: bytes(64), appendSignature: null, grant: null },
  { kind: 'open', request: 2, keys, expiresMs: 5, readSignature: null, appendSignature: bytes(64), grant },
  { kind: 'append', request: 3, handle: 1, class: 'stored', body: bytes(256) },
  { kind: 'append', request: 4, handle: 1, class: 'signal', body: bytes(0) },
  { kind: 'read', request: 5, handle: 1, after: 2 ** 40, most: 128 },
  { kind: 'subscribe', request: 6, handle: 1, after: 0, credit: 256 },
  { kind: 'credit', handle: 1, more: 128 },
  { kind: 'acknowledge', request: 7, handle: 1, upTo: 12 },
  { kind: 'drop', request: 8, handle: 1 },
  { kind: 'publishKeys', request: 9, handle: 1, replace: true, publication },
  { kind: 'fetchKeys', request: 10, handle: 1 },
  { kind: 'close', handle: 1 },
]

const limits = {
  appendsPerSecond: 20,
  appendBurst: 100,
  requestsInFlight: 256,
  mailboxes: 2048,
  recordBytes: 65536,
  pushCredit: 256,
  keepSeconds: 2_592_000,
  strangersKeepSeconds: 604_800,
  blobBytes: 75_497_472,
  blobKeepSeconds: 1_209_600,
  blobAppendsPerSecond: 128,
  blobAppendBurst: 512,
}
const turn = { urls: ['turn:turn.example.org:3478', 'turns:turn.example.org:5349?transport=tcp'], username: '1790046000', password: 'x', forSeconds: 43_200 }
const answers: readonly MailboxAnswer[] = [
  { kind: 'hello', nonce: bytes(32), incarnation: bytes(16), limits, timeMs: 1_790_000_000_000, stunPort: 0, turn: null, isOpen: true },
  { kind: 'hello', nonce: bytes(32), incarnation: bytes(16), limits, timeMs: 1, stunPort: 3478, turn, isOpen: false },
  { kind: 'opened', request: 1, handle: 1 },
  { kind: 'appended', request: 1, cursor: 2 ** 47 },
  { kind: 'done', request: 1 },
  { kind: 'refused', request: 1, code: 'full', retryAfterMs: 30 * 86_400_000 },
  { kind: 'records', request: 1, records: [{ cursor: 1, capability: 7, body: bytes(256) }], more: false },
  { kind: 'keys', request: 1, keys: null },
  { kind: 'keys', request: 1, keys: { shared: bytes(9), oneTime: null, kem: bytes(3) } },
  { kind: 'pushed', handle: 1, cursor: 1, capability: null, body: bytes(256) },
  { kind: 'pushed', handle: 1, cursor: 1, capability: 3, body: bytes(256) },
  { kind: 'signalled', handle: 1, body: bytes(256) },
  { kind: 'caughtUp', handle: 1, cursor: 0 },
  { kind: 'lagging', handle: 1 },
  { kind: 'keysLeft', handle: 1, published: true, oneTime: 100, oneTimeKem: 99 },
  { kind: 'secondReader', handle: 1 },
  { kind: 'roomAgain', handle: 1 },
  { kind: 'turn', turn },
]

test('every request and every answer reads back as it was written', () => {
  for (const request of requests) expect(decode(mailboxRequest, encode(mailboxRequest, request))).toEqual(request)
  for (const answer of answers) expect(decode(mailboxAnswer, encode(mailboxAnswer, answer))).toEqual(answer)
})

test('a cut or lengthened frame is no frame', () => {
  const cut = (frame: Uint8Array): Uint8Array => frame.subarray(0, -1)
  const lengthened = (frame: Uint8Array): Uint8Array => Uint8Array.from([...frame, 0])
  for (const request of requests) {
    const frame = encode(mailboxRequest, request)
    expect(decode(mailboxRequest, cut(frame))).toBeUndefined()
    expect(decode(mailboxRequest, lengthened(frame))).toBeUndefined()
  }
  for (const answer of answers) {
    const frame = encode(mailboxAnswer, answer)
    expect(decode(mailboxAnswer, cut(frame))).toBeUndefined()
    expect(decode(mailboxAnswer, lengthened(frame))).toBeUndefined()
  }
})

test('any bytes are read without a fault, and what reads writes back as the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      const request = decode(mailboxRequest, noise)
      if (request !== undefined) expect(encode(mailboxRequest, request)).toEqual(Uint8Array.from(noise))
      const answer = decode(mailboxAnswer, noise)
      if (answer !== undefined) expect(encode(mailboxAnswer, answer)).toEqual(Uint8Array.from(noise))
    }),
  )
})

test('the largest answer to a read fits one frame', () => {
  const most = Math.floor(LIMITS.recordBytes / LIMITS.smallestRecordBytes)
  const count = Math.min(LIMITS.readRecords, most)
  const records = Array.from({ length: count }, (_, i) => ({
    cursor: 2 ** 47 + i,
    capability: 2 ** 31,
    body: bytes(Math.floor(LIMITS.recordBytes / count)),
  }))
  const frame = encode(mailboxAnswer, { kind: 'records', request: 1, records, more: true })
  expect(frame.length).toBeLessThanOrEqual(LIMITS.frameBytes)
})
