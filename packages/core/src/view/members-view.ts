/** A group's members in the view. */
import type { Roster } from '@sotto/membership'
import { type AccountId, equalBytes } from '@sotto/wire'
import type { Reading } from '../cipher/group-cipher.ts'
import type { MemberView } from '../contract/pages.ts'
import { isForked } from '../groups/device-lists.ts'
import { ownNameOf, personOf } from '../groups/names.ts'
import { ownProfile, profileOf, shownProfile } from '../groups/profiles.ts'
import { markOf, pinOf } from '../groups/pins.ts'
import { privacyOf } from '../identity/settings.ts'
import { isHere } from '../messages/signals/presence.ts'
import { readBy } from '../messages/signals/read-marks.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import type { Transaction } from '../state/table.ts'
import { PEER, WHEREABOUTS } from '../state/tables/links.ts'
import { BLOCKED } from '../state/tables/people.ts'
import type { Self } from '../state/tables/self.ts'

type Rows = Reading['transaction']

export function membersOf(transaction: Transaction, self: Self, group: string, roster: Roster): readonly MemberView[] {
  const { readReceipts } = privacyOf({ transaction })
  return roster.members.map((member) => {
    const account = textOf(member.account)
    const own = equalBytes(member.account, self.account)
    const isThere = own ? undefined : isHere({ transaction }, group, account)
    return {
      account,
      ...personOf({ transaction }, member.account),
      ...pinnedOf({ transaction }, account),
      ...shownProfile(own ? ownProfile({ transaction }) : profileOf({ transaction }, account)),
      role: member.role,
      own,
      presence: isThere === undefined ? null : isThere ? 'here' : 'away',
      connection: isThere !== true ? null : shownReach(reachOf(transaction, member)),
      read: own || !readReceipts ? null : readBy({ transaction }, group, account),
      devices: member.devices.length,
    }
  })
}

export function senderOf(transaction: Transaction, account: AccountId) {
  const { name, another } = personOf({ transaction }, account)
  return { senderName: name, senderAnother: another }
}

/** What this device knows of a member besides what its name says. */
function pinnedOf(context: Pick<Context, 'transaction'>, account: string): Pick<MemberView, 'petname' | 'callsItself' | 'mark' | 'isForked' | 'isBlocked'> {
  const { petname } = pinOf(context, account)
  return {
    petname,
    callsItself: ownNameOf(context, account),
    mark: markOf(context, account),
    isForked: isForked(context, account),
    isBlocked: context.transaction.get(BLOCKED, account) !== undefined,
  }
}

export type Reach = 'direct' | 'turn' | 'relay' | 'offline'

/** A member who is there and is not connected to hears by the relay. */
const shownReach = (reach: Reach): MemberView['connection'] => (reach === 'offline' ? 'relay' : reach)

/** How a member is reached now. To be shown only where it lets us know that it is there. */
export const reachOf = (transaction: Rows, { devices }: Roster['members'][number]): Reach =>
  bestOf(devices.map(({ device }) => reachOfDevice(transaction, textOf(device))))

/** How a device is reached now, as far as its announcement is true. */
function reachOfDevice(transaction: Rows, device: string): Reach {
  const where = transaction.get(WHEREABOUTS, device)
  const peer = where === undefined ? undefined : transaction.get(PEER, where.peer)
  return peer === undefined ? 'offline' : peer.path === 'relayed' ? 'relay' : peer.path
}

/** Best first. */
const REACHES: readonly Reach[] = ['direct', 'turn', 'relay']

export const bestOf = (reaches: readonly Reach[]): Reach => REACHES.find((reach) => reaches.includes(reach)) ?? 'offline'
