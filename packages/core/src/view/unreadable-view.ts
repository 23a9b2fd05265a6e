/** What of a group cannot be opened, by cause. */
import type { MembershipLog } from '@sotto/membership'
import { difference, hasNumber, NOTHING, sizeOf } from '@sotto/sync'
import type { Ranges } from '@sotto/wire'
import type { GroupCipher, Reading } from '../cipher/group-cipher.ts'
import type { GroupView, UnreadableCause } from '../contract/pages.ts'
import { sealedBeforeUs } from '../groups/sealed-before.ts'
import { type KeyName, textOf } from '../state/names.ts'
import { SEALED_BEFORE, UNDECRYPTABLE } from '../state/tables/cipher.ts'
import type { Self } from '../state/tables/self.ts'

type Rows = Reading['transaction']

export function unreadableOf(cipher: GroupCipher, transaction: Rows, log: MembershipLog, self: Self, id: string): GroupView['unreadable'] {
  const counts = new Map<UnreadableCause, { count: number; repairing: boolean }>()
  const isAnySaid = transaction.first(SEALED_BEFORE, id) !== undefined
  const sealedBefore = (name: KeyName): Ranges => (isAnySaid ? sealedBeforeUs(transaction, log, self.device, name) : NOTHING)
  for (const { value } of transaction.scan(UNDECRYPTABLE, id)) {
    const cause: UnreadableCause = value.cause === 'operationsMissing' ? 'keyNotYetReceived' : value.cause
    // What was sent before this device joined was never meant for it, so nothing is missing.
    const name: KeyName = [id, textOf(value.epoch), textOf(value.device), String(value.keyId)]
    if (cause === 'fromBeforeYouJoined' || hasNumber(sealedBefore(name), value.iteration)) continue
    const asked = cipher.isAskedFor({ transaction }, name)
    const before = counts.get(cause) ?? { count: 0, repairing: false }
    counts.set(cause, { count: before.count + 1, repairing: before.repairing || asked || value.cause === 'operationsMissing' })
  }
  for (const { key, iterations, cause } of cipher.givenUp({ transaction }, id)) {
    const count = sizeOf(difference(iterations, sealedBefore(key)))
    if (count === 0) continue
    const before = counts.get(cause) ?? { count: 0, repairing: false }
    counts.set(cause, { ...before, count: before.count + count })
  }
  return [...counts].map(([cause, { count, repairing }]) => ({ cause, count, repairing }))
}
