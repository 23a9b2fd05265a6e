/** What follows from a changed roster, in the required order (PROTOCOL §5, §6). */
import type { Roster } from '@sotto/membership'
import { equalBytes } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import { moveToEpoch } from '../epochs/move-to-epoch.ts'
import { rosterOf } from '../groups/group-log.ts'
import { noteOut } from '../groups/group-row.ts'
import { takeHeardTitle } from '../groups/heard-titles.ts'
import { noteNameless } from '../groups/nameless.ts'
import { endComparing } from '../groups/new-member.ts'
import { selfOf } from '../identity/profile.ts'
import { readRendezvous } from '../members/rendezvous.ts'
import { tellOfChanges } from '../messages/conversation.ts'
import { awaitMembersOnly } from '../messages/delivery.ts'
import { endSending } from '../messages/not-sent.ts'
import { retryForOperations, retryUnknownSenders } from '../messages/retry.ts'
import { noteCame } from '../messages/signals/read-marks.ts'
import { forgetSignals } from '../messages/signals/forget.ts'
import { forgetWhereabouts } from '../peers/announce.ts'
import { reviewDirect } from '../peers/direct-allowed.ts'
import { meetDevices } from '../sessions/contacts.ts'
import { leaveRelaysOfOthers } from '../sessions/letters-round.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { GROUP, SEEN_REMOVAL } from '../state/tables/groups.ts'
import { endMembership } from './forget.ts'
import { receivePending } from './letters.ts'
import { followRelays } from './relays-changed.ts'
import { oweProfile } from './say-profile.ts'

/** Applies a roster that may have changed. `before` is the roster that was applied last. */
export function applyRoster(context: Context, group: string, before: Roster): void {
  const row = context.transaction.get(GROUP, group)
  const self = selfOf(context)
  if (row === undefined || row.state !== 'member') return
  const now = rosterOf(context, group)
  meetDevices(context, group, now)
  tellOfChanges(context, group, before, now)
  takeHeardTitle(context, group)
  for (const { account, how, operation: removal } of now.departed) {
    const key = [group, textOf(account), textOf(removal)]
    if (how === 'removed' && context.transaction.get(SEEN_REMOVAL, ...key) === undefined) context.transaction.put(SEEN_REMOVAL, key, { atMs: context.nowMs })
  }
  if (!now.isMember(self.account) || now.deviceOf(self.device) === undefined) {
    const left = now.departed.some((each) => equalBytes(each.account, self.account) && each.how === 'left')
    noteOut(context, group, left ? 'left' : 'removed')
    endSending(context, group, left ? 'notSentLeft' : 'notSentRemoved')
    cipherOf(context, group).membershipEnded(context, group)
    endMembership(context, group)
    return
  }
  if (now !== before) awaitMembersOnly(context, group)
  if (now.members.some(({ account }) => !before.isMember(account))) oweProfile(context, group)
  followRelays(context, group)
  reviewDirect(context)
  for (const { account } of now.members) {
    if (before.isMember(account)) continue
    noteCame(context, group, textOf(account))
    noteNameless(context, group, textOf(account))
  }
  if (now.departed.length !== before.departed.length) {
    leaveRelaysOfOthers(context)
    forgetWhereabouts(context)
    forgetSignals(context, group)
  }
  moveToEpoch(context, group)
  readRendezvous(context, group)
  endComparing(context)
  receivePending(context, group)
  for (const { device } of now.members.flatMap((member) => member.devices))
    if (before.deviceOf(device) === undefined) cipherOf(context, group).admitted(context, group, device)
  retryUnknownSenders(context, group)
  // Whichever way the operations came: from a mailbox, a peer or a letter.
  retryForOperations(context, group)
}
