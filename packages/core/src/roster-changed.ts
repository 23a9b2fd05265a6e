/** What follows from a changed roster, in the order in which it must follow (PROTOCOL §5, §6). */
import type { Roster } from '@sotto/membership'
import { equalBytes } from '@sotto/wire'
import { settleRendezvous } from './admit.ts'
import { type Context, textOf } from './context.ts'
import { settleEpoch } from './epochs.ts'
import { meetDevices, rosterOf, selfOf } from './group-log.ts'
import { endMembership } from './forget-group.ts'
import { receivePending } from './letters-in.ts'
import { noteInConversation } from './messages.ts'
import { endSending } from './not-sent.ts'
import { endComparing } from './newcomer.ts'
import { retryForOperations, retryStrays } from './receive.ts'
import { followRelays } from './relays-changed.ts'
import { GROUP, SEEN_OUT } from './tables.ts'

/** What follows from a roster that may have changed. `before` is the roster that was settled last. */
export function settleRoster(context: Context, group: string, before: Roster): void {
  const row = context.draft.get(GROUP, group)
  const self = selfOf(context)
  if (row === undefined || row.state !== 'member') return
  const now = rosterOf(context, group)
  meetDevices(context, group, now)
  tellOfChanges(context, group, before, now)
  for (const { account, how, operation: removal } of now.departed) {
    const key = [group, textOf(account), textOf(removal)]
    if (how === 'removed' && context.draft.get(SEEN_OUT, ...key) === undefined) context.draft.put(SEEN_OUT, key, { atMs: context.nowMs })
  }
  if (!now.isMember(self.account) || now.deviceOf(self.device) === undefined) {
    const left = now.departed.some((each) => equalBytes(each.account, self.account) && each.how === 'left')
    context.draft.put(GROUP, [group], { ...row, state: left ? 'left' : 'removed', changedMs: context.nowMs, revision: row.revision + 1 })
    endSending(context, group, left ? 'notSentLeft' : 'notSentRemoved')
    endMembership(context, group)
    return
  }
  followRelays(context, group)
  settleEpoch(context, group)
  settleRendezvous(context, group)
  endComparing(context)
  receivePending(context, group)
  retryStrays(context, group)
  // However the operations came: by a mailbox, from a peer or in a letter.
  retryForOperations(context, group)
}

function tellOfChanges(context: Context, group: string, before: Roster, now: Roster): void {
  if (now === before) return
  const { account: own } = selfOf(context)
  const rolesOf = (roster: Roster) => new Map(roster.members.map(({ account, role }) => [textOf(account), role]))
  const rolesBefore = rolesOf(before)
  const rolesNow = rolesOf(now)
  for (const member of now.members) {
    const role = rolesBefore.get(textOf(member.account))
    if (role === undefined) noteInConversation(context, group, 'joined', member.account)
    else if (role !== member.role) noteInConversation(context, group, member.role === 'admin' ? 'madeAdmin' : 'madeMember', member.account)
  }
  for (const member of before.members) {
    if (rolesNow.has(textOf(member.account))) continue
    const left = now.departed.some((each) => equalBytes(each.account, member.account) && each.how === 'left')
    const isOwn = equalBytes(member.account, own)
    noteInConversation(context, group, left ? 'left' : isOwn ? 'youWereRemoved' : 'removed', member.account)
  }
}
