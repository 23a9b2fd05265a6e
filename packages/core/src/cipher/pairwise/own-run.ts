/** The key id of our next messages in a group, and the devices that each of them is for (PROTOCOL §4). */
import { NOTHING } from '@sotto/sync'
import { equalBytes, type GroupId, LIMITS } from '@sotto/wire'
import { rosterOf } from '../../groups/group-log.ts'
import { takeTitle, touch } from '../../groups/group-row.ts'
import { noteName } from '../../groups/names.ts'
import { recipientsOf } from '../../groups/recipients.ts'
import { saidName, selfOf } from '../../identity/profile.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, type Sender, textOf } from '../../state/names.ts'
import { GROUP } from '../../state/tables/groups.ts'
import { INTRODUCED, OWN_RUN, type OwnRun } from '../../state/tables/pairwise.ts'
import { KEY_RECIPIENT } from '../../state/tables/repair.ts'
import { frontierOf } from '../frontier.ts'
import { takeKeyNumber } from '../repair/key-numbers.ts'
import { type Introduction, introduction } from './control-messages/introduction.ts'

/** The run for the next message. A new one begins when due, and every recipient is noted in it. */
export function readyRun(context: Context, group: string, epoch: string): OwnRun {
  const known = context.transaction.get(OWN_RUN, group)
  const most = Math.min(LIMITS.rotateAfterMessages, rosterOf(context, group).policy.rotateAfterMessages)
  const isDue = known === undefined || known.retire || textOf(known.epoch) !== epoch || known.next >= most || hasFormer(context, group, epoch, known)
  const run = isDue ? begin(context, group, epoch, known) : known
  addRecipients(context, group, epoch, run)
  return run
}

/** Whether a recipient of the run is none any more: what is sealed next is not for it, and the run says for whom it is. */
function hasFormer(context: Context, group: string, epoch: string, { keyId }: OwnRun): boolean {
  const recipients = new Set(recipientsOf(context, group).map(textOf))
  return context.transaction.scan(KEY_RECIPIENT, group, epoch, String(keyId)).some(({ key }) => !recipients.has(key[3] ?? ''))
}

function begin(context: Context, group: string, epoch: string, before: OwnRun | undefined): OwnRun {
  const sameEpoch = before !== undefined && textOf(before.epoch) === epoch
  const run: OwnRun = {
    epoch: bytesOf(epoch),
    keyId: takeKeyNumber(context, group, epoch),
    next: 0,
    retire: false,
    before: sameEpoch ? { keyId: before.keyId, messages: before.next } : null,
  }
  context.transaction.put(OWN_RUN, [group], run)
  return run
}

/** Notes the recipients that are new in this run, and introduces this device to them. */
function addRecipients(context: Context, group: string, epoch: string, { keyId, next }: OwnRun): void {
  for (const device of recipientsOf(context, group)) {
    if (equalBytes(device, selfOf(context).device)) continue
    const name = [group, epoch, String(keyId), textOf(device)]
    if (context.transaction.get(KEY_RECIPIENT, ...name) !== undefined) continue
    context.transaction.put(KEY_RECIPIENT, name, { fromIteration: next, acknowledged: false, opened: NOTHING, resent: [], atMs: context.nowMs })
    queueControlMessage(context, device, introduction, {
      group: bytesOf<GroupId>(group),
      heads: frontierOf(context, group),
      ...saidName(context),
      title: context.transaction.get(GROUP, group)?.title ?? '',
    })
  }
}

/** A member's device says that it is here. */
export function receiveIntroduction(context: Context, from: Sender, { group: id, heads, title, ...said }: Introduction): void {
  const group = textOf(id)
  context.transaction.put(INTRODUCED, [group, textOf(from.device)], heads)
  noteName(context, from.account, said)
  takeTitle(context, group, rosterOf(context, group), title)
  touch(context, group)
}
