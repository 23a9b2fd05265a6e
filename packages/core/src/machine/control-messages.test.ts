import { encode, type GroupId } from '@sotto/wire'
import { expect, test } from 'vitest'
import { CONTROL_MESSAGE_KINDS, controlMessage } from './control-messages.ts'

/** The kind of each number. A line is never changed, and stays when its kind is deleted. */
const EVER_USED: readonly (readonly [number: number, kind: string])[] = [
  [1, 'address'],
  [2, 'welcome'],
  [3, 'operations'],
  [4, 'secret'],
  [5, 'secretRequest'],
  [6, 'distribution'],
  [7, 'distributionAcknowledged'],
  [8, 'keyRequest'],
  [9, 'resend'],
  [10, 'receipt'],
  [11, 'joinRefused'],
  [12, 'attestationRequest'],
  [13, 'attestation'],
  [14, 'logHeads'],
  [15, 'sealedBefore'],
  [16, 'pairwiseMessage'],
  [17, 'introduction'],
  [18, 'pairwiseMissing'],
  [19, 'directChat'],
  [20, 'report'],
  [21, 'ownName'],
  [22, 'earlierRequest'],
  [23, 'earlierPage'],
]

test('a control message keeps its number, and no number is used for two kinds', () => {
  const listed = CONTROL_MESSAGE_KINDS.map(({ number, kind }) => `${number} ${kind}`)
  expect(listed.filter((each) => !EVER_USED.some(([number, kind]) => each === `${number} ${kind}`))).toEqual([])
})

test('a device outside of our groups may only send its address, what proves itself, and answers to our join request', () => {
  const free = CONTROL_MESSAGE_KINDS.filter(({ saidBy }) => saidBy === 'anyone').map(({ kind }) => kind)
  expect(free.toSorted()).toEqual(['address', 'joinRefused', 'operations', 'secret', 'welcome'])
})

test('a control message is its number and its fields', () => {
  const group = new Uint8Array(32).fill(7) as GroupId
  const bytes = encode(controlMessage, { kind: 'logHeads', group, isAnswer: true, heads: [], earlier: [] })
  expect(bytes).toEqual(Uint8Array.of(14, ...group, 1, 0, 0))
})
