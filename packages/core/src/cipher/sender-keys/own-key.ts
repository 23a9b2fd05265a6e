/** Our sending key in a group: made when it is due, and handed to every recipient before it seals (PROTOCOL §3). */
import { createOwnSenderKey, ownContext } from '@sotto/crypto'
import { heads } from '@sotto/membership'
import { type GroupId, LIMITS } from '@sotto/wire'
import { logOf, rosterOf } from '../../groups/group-log.ts'
import { currentEpoch } from '../../groups/group-row.ts'
import { recipientsOf } from '../../groups/recipients.ts'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, textOf } from '../../state/names.ts'
import { KEY_RECIPIENT, OWN_KEY, type OwnKey } from '../../state/tables/sender-keys.ts'
import { distribute } from './distributions.ts'
import { takeKeyNumber } from './key-numbers.ts'

/**
 * Hands our key, and with it our name, to every member: a newcomer's part, O(n) once (PROTOCOL §3). In a large group it
 * waits for the first message: most members there read, and n newcomers would make n² letters.
 */
export function introduce(context: Context, group: string): void {
  const epoch = currentEpoch(context, group)
  if (epoch !== undefined && rosterOf(context, group).members.length <= LIMITS.introduceMembers) readyKey(context, group, epoch)
}

/** What we have seen of the log, as a key's context and a message carry it. */
export const frontierOf = (context: Context, group: string) => heads(logOf(context, group)).slice(0, LIMITS.operationParents)

/** The key for the next message, made anew where it is due, and with every recipient. */
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

/** Whether somebody holds our key who is to read nothing more: a removal came that cannot be placed yet, and begins no epoch. */
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
