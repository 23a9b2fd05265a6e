import { expect, test } from 'vitest'
import { verifiedAmong } from './verified.ts'

const member = (mark: 'none' | 'verified' | 'lost', part: { own?: boolean; isForked?: boolean } = {}) => ({ mark, own: false, isForked: false, ...part })

test('who is verified is counted among the others, without those whose mark is lost or whose devices contradict each other', () => {
  expect(verifiedAmong([])).toEqual({ verified: 0, others: 0 })
  expect(verifiedAmong([member('none', { own: true })])).toEqual({ verified: 0, others: 0 })
  expect(
    verifiedAmong([
      member('none', { own: true }),
      member('verified'),
      member('none'),
      member('lost'),
      member('verified', { isForked: true }),
      member('verified'),
    ]),
  ).toEqual({ verified: 2, others: 5 })
})
