/** A removed or demoted member removes and demotes others, from where the log was before it lost the right to. */
import { MEMBERSHIP_LOG, SELF } from '@sotto/core/inside'
import { resolveAt } from '@sotto/membership'
import { equalBytes, type OperationBody } from '@sotto/wire'
import type { Adversary } from './adversary.ts'

const MOST = 8

export function strikeBack(by: Adversary, group: string): void {
  const log = by.transaction().get(MEMBERSHIP_LOG, group)
  const self = by.transaction().get(SELF, 'self')
  const chain = by.hiddenChain(group)
  if (log === undefined || self === undefined || chain === null) return
  const before = resolveAt(log, chain.beginsAt)
  const others = before.members.filter(({ account }) => !equalBytes(account, self.account))
  const bodies = others.map(({ account, role }): OperationBody => {
    if (by.random.chance(0.5)) return { kind: 'remove', account, commitment: by.random.bytes(32) }
    if (role === 'admin') return { kind: 'setRole', account, role: 'member' }
    return before.openInvites.length > 0 ? { kind: 'revokeInvite', invite: by.random.pick(before.openInvites).id } : { kind: 'setRole', account, role: 'admin' }
  })
  by.spread(group, by.signHidden(group, chain, bodies.slice(0, MOST)))
}
