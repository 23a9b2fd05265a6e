/** An operation that claims to be from before most of the log: a right, a removal, an open invite. */
import type { OperationBody } from '@sotto/wire'
import { SELF } from '@sotto/core/inside'
import type { Adversary } from './adversary.ts'

export function backDate(by: Adversary, group: string): void {
  const past = by.somePast(group)
  const self = by.transaction().get(SELF, 'self')
  if (past === null || self === undefined) return
  const victim = by.random.pick(past.operations).unsigned.account
  const commitment = by.random.bytes(32)
  const bodies: readonly OperationBody[] = [
    { kind: 'remove', account: victim, commitment },
    { kind: 'setRole', account: self.account, role: 'admin' },
    { kind: 'setRole', account: victim, role: 'member' },
    { kind: 'rekey', commitment },
    { kind: 'invite', inviteKey: by.random.bytes(32), role: 'admin', uses: 9, expiresMs: by.nowMs() + 1e9, rendezvousSeed: by.random.bytes(32) },
  ]
  by.spread(group, [by.sign(group, by.random.pick(bodies), past.place)])
}
