import { expect, test } from 'vitest'
import { isRelayed } from './turn-path.ts'

/** A report as browsers give it, with two pairs. */
const report = (local: string, remote: string, how: 'transport' | 'mark'): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
    ...(how === 'transport' ? [['t', { type: 'transport', selectedCandidatePairId: 'p2' }] as const] : []),
    ['p1', { type: 'candidate-pair', localCandidateId: 'l0', remoteCandidateId: 'r0' }],
    ['p2', { type: 'candidate-pair', selected: how === 'mark' ? true : undefined, localCandidateId: 'l', remoteCandidateId: 'r' }],
    ['l0', { type: 'local-candidate', candidateType: 'relay' }],
    ['r0', { type: 'remote-candidate', candidateType: 'host' }],
    ['l', { type: 'local-candidate', candidateType: local }],
    ['r', { type: 'remote-candidate', candidateType: remote }],
  ])

test.each(['transport', 'mark'] as const)('the pair that is used says it, by the %s', (how) => {
  expect(isRelayed(report('host', 'srflx', how))).toBe(false)
  expect(isRelayed(report('relay', 'srflx', how))).toBe(true)
  expect(isRelayed(report('prflx', 'relay', how))).toBe(true)
})

test('where no pair is used yet, nothing is known', () => {
  expect(isRelayed(new Map())).toBeUndefined()
  expect(isRelayed(new Map([['t', { type: 'transport', selectedCandidatePairId: 'gone' }]]))).toBeUndefined()
})
