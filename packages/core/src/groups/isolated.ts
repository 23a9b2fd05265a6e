/**
 * An isolated device, which shares its epoch with no connected member, compares logs with a member from time to time: soon at
 * first, then ever more rarely (PROTOCOL §7). So does a device that knows of a member which finds nobody by itself: one that was
 * away while all whom it knew left.
 */
import { drawBelow, drawOneOf } from '@sotto/crypto/primitives'
import { lostDevices } from '@sotto/membership'
import { type DeviceId, equalBytes } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { GROUP, ISOLATED } from '../state/tables/groups.ts'
import { PEER } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { compareLogs, sendOwnAdmission } from './compare-logs.ts'
import { logOf } from './group-log.ts'
import { otherDevices } from './recipients.ts'

/** An isolated device asks a member after this time, and then ever more rarely. */
const ISOLATED_MS = 45_000

const ISOLATED_MOST_MS = 6 * 3_600_000

/** A device that is connected to members of its epoch asks another member this often, as one member's word is not enough. */
const TOGETHER_MS = 30 * 60_000

/** Asks one member of each group whose time has come: soon if this device is isolated there, rarely otherwise. */
export function askWhenIsolated(context: Context): void {
  // Set even without groups, because one may be joined meanwhile.
  setTimer(context, 'isolated', context.nowMs + ISOLATED_MS)
  for (const { key, value } of context.transaction.scan(GROUP)) {
    const [group = ''] = key
    if (value.state !== 'member') continue
    const lost = lostDevices(logOf(context, group)).filter((each) => !equalBytes(each, selfOf(context).device))
    const isConnected =
      value.epoch !== null && context.transaction.scan(PEER).some((peer) => value.epoch !== null && peer.value.reconciled.includes(textOf(value.epoch)))
    const isTogether = lost.length === 0 && isConnected
    const isolated = context.transaction.get(ISOLATED, group)
    if (isolated === undefined || isolated.isTogether !== isTogether) {
      const waitMs = isTogether ? TOGETHER_MS : ISOLATED_MS
      context.transaction.put(ISOLATED, [group], { isTogether, waitMs, atMs: context.nowMs + waitMs })
    } else if (isolated.atMs <= context.nowMs) {
      // A lost member may know us by now, and say nothing: the others have their turn too.
      const isTheirTurn = lost.length > 0 && (isolated.waitMs === ISOLATED_MS || drawBelow(context.provider.random, 2) === 0)
      askAnyMember(context, group, isTheirTurn ? lost : otherDevices(context, group))
      const waitMs = isTogether ? TOGETHER_MS : Math.min(2 * isolated.waitMs, isConnected ? TOGETHER_MS : ISOLATED_MOST_MS)
      context.transaction.put(ISOLATED, [group], { isTogether, waitMs, atMs: context.nowMs + waitMs })
    }
  }
}

function askAnyMember(context: Context, group: string, devices: readonly DeviceId[]): void {
  const chosen = drawOneOf(context.provider.random, devices)
  if (chosen === undefined) return
  sendOwnAdmission(context, group, chosen)
  compareLogs(context, group, chosen)
}
