/**
 * From time to time: dials members that are not connected, and reconciles with those that are. Gossip may lose messages,
 * and a relay may lose what only it had.
 */
import { LIMITS } from '@sotto/wire'
import { currentEpochs, endedEpochs, type OpenEpoch } from '../epochs/epoch-keys.ts'
import type { Context } from '../state/context.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { PEER, WHEREABOUTS } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { approach } from './announce.ts'
import { sendHave } from './reconcile.ts'

/** For this long after an epoch's end, connected members reconcile it every time and not only when they connect. */
const LIVELY_MS = 3_600_000

/** Dials members that are not connected, and reconciles with connected ones. */
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
