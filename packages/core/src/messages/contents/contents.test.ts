import { type AccountId, encode, type EpochId, ladderLength, LIMITS, type MessageId, type OperationId, utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { type ContentBody, content, CONTENT_KINDS, contentBody, encodeContent } from './contents.ts'
import type { VanishingBody } from './vanishing.ts'

/** The kind of each number. A line is never changed, and stays when its kind is deleted. */
const EVER_USED: readonly (readonly [number: number, kind: string])[] = [
  [1, 'text'],
  [2, 'displayName'],
  [3, 'reaction'],
  [4, 'reply'],
  [5, 'edit'],
  [6, 'deletion'],
  [7, 'forwarded'],
  [8, 'profile'],
  [9, 'file'],
  [10, 'vanishing'],
  [11, 'forwardedFiles'],
]

/** What a group envelope adds to its padded plaintext (PROTOCOL §3). */
const ENVELOPE_OVERHEAD_BYTES = 121

test('a content keeps its number, and no number is used for two kinds', () => {
  expect(CONTENT_KINDS.map(({ number, kind }) => [number, kind])).toEqual(EVER_USED)
})

test('a body is its number and its fields', () => {
  expect(encode(contentBody, { kind: 'text', text: 'é', mentions: [] })).toEqual(Uint8Array.of(1, 0, 2, 0xc3, 0xa9, 0))
})

test('a content has the same bytes whether its body was encoded before or not', () => {
  const header = { timeMs: 7, counter: 1, leadMs: null, seen: [], before: null, again: null, heads: [] }
  const body = { kind: 'text', text: 'hello', mentions: [] } as const
  expect(encodeContent(header, encode(contentBody, body))).toEqual(encode(content, { ...header, body }))
})

/** The fullest header, and a body. */
const longest = (body: ContentBody): Uint8Array =>
  encode(content, {
    timeMs: 2 ** 48 - 1,
    counter: 65_535,
    leadMs: 2 ** 32 - 1,
    seen: Array.from({ length: LIMITS.seenMessages }, () => new Uint8Array(LIMITS.messageTagBytes)),
    before: { keyId: 65_535, messages: 65_535 },
    again: { epoch: new Uint8Array(32) as EpochId, keyId: 65_535, iteration: 65_535 },
    heads: Array.from({ length: LIMITS.operationParents }, () => new Uint8Array(32) as OperationId),
    body,
  })

/** The same so that it vanishes, which is longer. */
const vanishes = (said: VanishingBody): ContentBody => ({ kind: 'vanishing', seconds: LIMITS.lifetimeMostSeconds, salt: new Uint8Array(16), said })

const mentions = Array.from({ length: LIMITS.mentions }, () => ({ account: new Uint8Array(32) as AccountId, start: 65_535, length: 255 }))
const fits = (encoded: Uint8Array): boolean => ladderLength(encoded.length + 1 + ENVELOPE_OVERHEAD_BYTES) <= LIMITS.recordBytes

test('the longest text with the fullest header fits one record', () => {
  const encoded = longest(vanishes({ kind: 'reply', message: new Uint8Array(32) as MessageId, text: 'é'.repeat(LIMITS.textBytes / 2), mentions }))
  expect(encoded.length).toBeGreaterThan(utf8('é').length * (LIMITS.textBytes / 2))
  expect(fits(encoded)).toBe(true)
})

test('so do as many files as a message may have, with the longest names, their thumbnails and the longest text', () => {
  const thumbnails = LIMITS.thumbnailsBytes / LIMITS.thumbnailBytes
  const files = Array.from({ length: LIMITS.filesInMessage }, (_, i) => ({
    key: new Uint8Array(32),
    root: new Uint8Array(32),
    shown: {
      name: 'n'.repeat(LIMITS.fileNameBytes),
      mediaType: 'm'.repeat(LIMITS.mediaTypeBytes),
      sizeBytes: 1,
      picture: { width: 1, height: 1, thumbnail: new Uint8Array(i < thumbnails ? LIMITS.thumbnailBytes : 0) },
    },
  }))
  const encoded = longest(vanishes({ kind: 'file', text: 'é'.repeat(LIMITS.textBytes / 2), mentions, replyTo: new Uint8Array(32) as MessageId, files }))
  expect(encoded.length).toBeGreaterThan(LIMITS.thumbnailsBytes + LIMITS.textBytes)
  expect(fits(encoded)).toBe(true)
})
