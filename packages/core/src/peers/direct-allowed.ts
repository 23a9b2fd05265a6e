/**
 * Which peers this device may connect to directly, and so show its network address (PROTOCOL §7.33, §7.60): those that prove an epoch and with
 * whose people it shares no group that keeps addresses private. An epoch's proof does not say whose device it is, and a peer may keep a proof
 * back. So who is in such a group connects only where the device behind a peer is known by its own word.
 */
import type { DeviceId } from '@sotto/wire'
import { currentEpochs } from '../epochs/epoch-keys.ts'
import { rosterOf } from '../groups/group-log.ts'
import type { Context } from '../state/context.ts'
import { bytesOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { PEER, WHEREABOUTS } from '../state/tables/links.ts'
import { CONTACT } from '../state/tables/sessions.ts'

/** After what a peer proved, a device said of where it is, or a roster changed: tells the network of each peer that may, or may no longer. */
export function reviewDirect(context: Context): void {
  const hidden = groupsThatHide(context)
  for (const { key, value: link } of context.transaction.scan(PEER)) {
    const peer = key[0] ?? ''
    const isProved = link.epochs.length > 0
    const isHidden = isProved && hidden.length > 0 && isHiddenFrom(context, peer, link.epochs, hidden)
    const isAllowed = isProved && !isHidden
    if (isAllowed !== link.isDirectAllowed) {
      context.transaction.put(PEER, [peer], { ...link, isDirectAllowed: isAllowed })
      context.effects.push({ kind: isAllowed ? 'allowDirect' : 'forbidDirect', peer })
    }
    // A direct connection that is there, or on its way, shows what nobody is to see. Members find each other again through a relay.
    if (isHidden && (link.isDirectAllowed || link.path !== 'relayed')) context.effects.push({ kind: 'hangUpPeer', peer })
  }
}

const groupsThatHide = (context: Context): readonly string[] =>
  context.transaction
    .scan(GROUP)
    .filter(({ key, value }) => value.state === 'member' && rosterOf(context, key[0] ?? '').isAddressPrivate)
    .map(({ key }) => key[0] ?? '')

/** Whether the peer is, or may be, a device of a member of one of these groups. */
function isHiddenFrom(context: Context, peer: string, proved: readonly string[], hidden: readonly string[]): boolean {
  if (currentEpochs(context).some(({ group, id }) => hidden.includes(group) && proved.includes(id))) return true
  const devices = context.transaction.scan(WHEREABOUTS).filter(({ value }) => value.peer === peer)
  return devices.length === 0 || devices.some(({ key }) => isOfMember(context, key[0] ?? '', hidden))
}

/** By the account: another device of a member's is the member too. */
function isOfMember(context: Context, device: string, groups: readonly string[]): boolean {
  const account = context.transaction.get(CONTACT, device)?.certificate.body.account
  return groups.some((group) => {
    const roster = rosterOf(context, group)
    return roster.deviceOf(bytesOf<DeviceId>(device)) !== undefined || (account !== undefined && roster.isMember(account))
  })
}
