/** A long chain of its own operations beside the present log: each is signed as it should be, and says nothing. */
import { LIMITS, type OperationBody } from '@sotto/wire'
import type { Adversary } from './adversary.ts'

export function floodOperations(by: Adversary, group: string): void {
  const chain = by.hiddenChain(group)
  if (chain === null) return
  const bodies = Array.from({ length: LIMITS.operationsPerLetter }, (): OperationBody => ({ kind: 'acknowledge' }))
  by.spread(group, by.signHidden(group, chain, bodies))
}
