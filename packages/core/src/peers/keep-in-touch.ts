/**
 * From time to time: reaches for members that are not connected, and compares with those that are. Gossip may lose, and
 * a relay may lose what only it had.
 */
import { LIMITS } from '@sotto/wire'
import { currentEpochs, endedEpochs, type OpenEpoch } from '../epochs/epoch-keys.ts'
import type { Context } from '../state/context.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { PEER, WHEREABOUTS } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { approach } from './announce.ts'
import { sendHave } from './reconcile.ts'

/** For so long after an epoch ended connected members compare it every time, not only when they meet. */
const LIVELY_MS = 3_600_000

/**
 * Reaches for whoever is not connected, and compares with whoever is: gossip may lose, and a relay may lose what only
 * it had.
 */
export function reconcileWithPeers(context: Context): void {
  for (const { key } of context.transaction.scan(WHEREABOUTS)) approach(context, key[0] ?? '')
  const isLively = ({ group, id }: OpenEpoch): boolean => (context.transaction.get(EPOCH, group, id)?.endedMs ?? context.nowMs) + LIVELY_MS >= context.nowMs
  for (const current of currentEpochs(context)) {
    for (const { group, id } of [current, ...endedEpochs(context, current.group).filter(isLively)]) {
      for (const { key, value } of context.transaction.scan(PEER)) if (value.epochs.includes(id)) sendHave(context, key[0] ?? '', group, id, false)
    }
  }
  setTimer(context, 'reconcile', context.nowMs + LIMITS.reconcileMs)
}
