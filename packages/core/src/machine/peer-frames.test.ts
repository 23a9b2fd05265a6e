import { encode } from '@sotto/wire'
import { expect, test } from 'vitest'
import { PEER_FRAME_KINDS, peerFrame } from './peer-frames.ts'

/** The kind of each number. A line is never changed, and stays when its kind is deleted. */
const EVER_USED: readonly (readonly [number: number, kind: string])[] = [
  [1, 'hello'],
  [2, 'proofs'],
  [3, 'letter'],
  [4, 'have'],
  [5, 'envelopes'],
  [6, 'operations'],
  [7, 'received'],
  [8, 'preKeysWanted'],
  [9, 'preKeys'],
  [10, 'fileWanted'],
  [11, 'fileHeld'],
  [12, 'chunksWanted'],
  [13, 'chunk'],
]

test('a peer frame keeps its number, and no number is used for two kinds', () => {
  const listed = PEER_FRAME_KINDS.map(({ number, kind }) => `${number} ${kind}`)
  expect(listed.filter((each) => !EVER_USED.some(([number, kind]) => each === `${number} ${kind}`))).toEqual([])
})

test('before a peer has proved an epoch, only its hello, proofs, letters and prekeys are handled', () => {
  const free = PEER_FRAME_KINDS.filter(({ needsProofOf }) => needsProofOf === 'nothing').map(({ kind }) => kind)
  expect(free.toSorted()).toEqual(['hello', 'letter', 'preKeys', 'proofs'])
})

test('a peer frame is a version, its number and its fields', () => {
  expect(encode(peerFrame, { kind: 'preKeysWanted' })).toEqual(Uint8Array.of(1, 8))
  const nonce = new Uint8Array(32).fill(5)
  expect(encode(peerFrame, { kind: 'hello', nonce })).toEqual(Uint8Array.of(1, 1, ...nonce))
})
