/** Our sending key in a group: made when it is due, and handed to every recipient before it seals anything (PROTOCOL §3). */
import { createOwnSenderKey, ownContext } from '@sotto/crypto'
import { type GroupId, LIMITS } from '@sotto/wire'
import { rosterOf } from '../../groups/group-log.ts'
import { currentEpoch } from '../../groups/group-row.ts'
import { recipientsOf } from '../../groups/recipients.ts'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, textOf } from '../../state/names.ts'
import { KEY_RECIPIENT } from '../../state/tables/repair.ts'
import { OWN_KEY, type OwnKey } from '../../state/tables/sender-keys.ts'
import { frontierOf } from '../frontier.ts'
import { distribute } from './distributions.ts'
import { takeKeyNumber } from '../repair/key-numbers.ts'

/**
 * A new member hands its key, and with it its display name, to every member: O(n), once (PROTOCOL §3). In a large group this
 * waits for the first message: most members there only read, and n new members would send n² letters.
 */
export function introduce(context: Context, group: string): void {
  const epoch = currentEpoch(context, group)
  if (epoch !== undefined && rosterOf(context, group).members.length <= LIMITS.introduceMembers) readyKey(context, group, epoch)
}

/** The key for the next message. A new one is made when due, and every recipient has it queued. */
export function readyKey(context: Context, group: string, epoch: string): OwnKey {
  const roster = rosterOf(context, group)
  let own = context.transaction.get(OWN_KEY, group)
  const isDue =
    own === undefined ||
    own.retire ||
    textOf(own.epoch) !== epoch ||
    own.key.iteration >= Math.min(LIMITS.rotateAfterMessages, roster.policy.rotateAfterMessages) ||
    own.createdMs + roster.policy.rotateAfterMs <= context.nowMs ||
    isHandedOut(context, group, epoch, own)
  if (own === undefined || isDue) own = makeKey(context, group, epoch, own)
  distribute(context, group, epoch, own)
  return own
}

/** Whether a key recipient may read nothing more: a removal came that cannot be placed yet, and so begins no epoch. */
function isHandedOut(context: Context, group: string, epoch: string, own: OwnKey): boolean {
  const recipients = new Set(recipientsOf(context, group).map(textOf))
  return context.transaction.scan(KEY_RECIPIENT, group, epoch, String(ownContext(own.key).keyId)).some(({ key }) => !recipients.has(key[3] ?? ''))
}

function makeKey(context: Context, group: string, epoch: string, before: OwnKey | undefined): OwnKey {
  const self = selfOf(context)
  const key = createOwnSenderKey(context.provider, {
    group: bytesOf<GroupId>(group),
    epoch: bytesOf(epoch),
    account: self.account,
    device: self.device,
    keyId: takeKeyNumber(context, group, epoch),
    frontier: frontierOf(context, group),
  })
  const sameEpoch = before !== undefined && textOf(before.epoch) === epoch
  const own: OwnKey = {
    epoch: bytesOf(epoch),
    key,
    createdMs: context.nowMs,
    retire: false,
    before: sameEpoch ? { keyId: ownContext(before.key).keyId, messages: before.key.iteration } : null,
  }
  context.transaction.put(OWN_KEY, [group], own)
  return own
}
