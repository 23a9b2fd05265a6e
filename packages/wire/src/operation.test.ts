import { expect, test } from 'vitest'
import { encode } from './codec.ts'
import type { AccountId } from './ids.ts'
import { OPERATION_KINDS, operationBody } from './operation.ts'

/** What each number was given to. A line is never changed, and stays when its kind goes. */
const EVER_USED: readonly (readonly [number: number, kind: string])[] = [
  [1, 'create'],
  [2, 'invite'],
  [3, 'revokeInvite'],
  [4, 'admit'],
  [5, 'remove'],
  [6, 'leave'],
  [7, 'setRole'],
  [8, 'setPolicy'],
  [9, 'rename'],
  [10, 'devices'],
  [11, 'rekey'],
  [12, 'acknowledge'],
  [13, 'setRelays'],
  [14, 'setAddressPrivacy'],
  [15, 'setLifetime'],
  [16, 'setHistory'],
]

test('an operation has the number that it always had, and no number that another had', () => {
  const listed = OPERATION_KINDS.map(({ number, kind }) => `${number} ${kind}`)
  expect(listed.filter((each) => !EVER_USED.some(([number, kind]) => each === `${number} ${kind}`))).toEqual([])
})

test('a body is its number and its fields', () => {
  const account = new Uint8Array(32).fill(3) as AccountId
  expect(encode(operationBody, { kind: 'acknowledge' })).toEqual(Uint8Array.of(12))
  expect(encode(operationBody, { kind: 'setRole', account, role: 'admin' })).toEqual(Uint8Array.of(7, ...account, 1))
})
