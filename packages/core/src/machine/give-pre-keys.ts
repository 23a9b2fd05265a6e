/** Our prekeys for a connected device that asks for them: one-time keys are few. */
import { type DeviceId, LIMITS } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { sendToPeer } from '../links/peer-streams.ts'
import { handOutBundle } from '../links/publish-pre-keys.ts'
import { deviceBehind } from '../links/whereabouts.ts'
import { preKeys } from '../sessions/frames/pre-keys.ts'
import type { Context } from '../state/context.ts'
import { bytesOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { PRE_KEYS_GIVEN } from '../state/tables/self.ts'

export function givePreKeys(context: Context, peer: string): void {
  if (isGiven(context, peer)) sendToPeer(context, peer, preKeys, { bundle: handOutBundle(context) })
}

/** A device gets prekeys only from time to time, however often it connects. All devices of no member that we know count as one. */
function isGiven(context: Context, peer: string): boolean {
  const device = deviceBehind(context, peer)
  const isMembers =
    device !== undefined && context.transaction.scan(GROUP).some(({ key }) => rosterOf(context, key[0] ?? '').deviceOf(bytesOf<DeviceId>(device)) !== undefined)
  const name = isMembers ? device : 'unknown'
  const givenMs = context.transaction.get(PRE_KEYS_GIVEN, name)
  if (givenMs !== undefined && givenMs + LIMITS.unansweredSessionMs > context.nowMs) return false
  context.transaction.put(PRE_KEYS_GIVEN, [name], context.nowMs)
  return true
}
