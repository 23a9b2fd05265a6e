/**
 * Takes each signal to its room (PROTOCOL §7). Announcements count in ended epochs too; all else is the word of a present member's
 * device in the current epoch, or nothing. What is cheap is checked first.
 */
import { SIGNAL_VERSION } from '@sotto/crypto'
import type { Signal } from '@sotto/wire'
import { isSaidByDevice, signalIn } from '../epochs/signals.ts'
import { isBlocked, isBlockedChat } from '../groups/blocked.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import { privacyOf } from '../identity/settings.ts'
import { hearPresence } from '../messages/signals/presence.ts'
import { hearRead, unheardIn } from '../messages/signals/read-marks.ts'
import { isOfNow, isSmall, mayVerify, memberBehind, noteHeard } from '../messages/signals/say.ts'
import { hearTyping } from '../messages/signals/typing.ts'
import { hearAnnouncement } from '../peers/announce.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'

/** Whether a gossiped record is a signal. */
export const isSignal = (record: Uint8Array): boolean => record[0] === SIGNAL_VERSION

/** A sealed signal of an epoch came: through a mailbox of the group, or by gossip. */
export function receiveSignal(context: Context, group: string, epoch: string, sealed: Uint8Array): void {
  const heard = signalIn(context, group, epoch, sealed)
  if (heard === undefined) return
  const { said, signature } = heard
  const { body } = said
  // A device that a blocked person says to be somewhere is not dialled either.
  if (isBlockedChat(context, group)) return
  if (body.kind === 'announcement') return hearAnnouncement(context, group, epoch, { said: { ...said, body }, signature })
  const account = currentEpoch(context, group) === epoch ? memberBehind(context, group, said.device) : undefined
  if (account === undefined || account === textOf(selfOf(context).account) || !isWorthALook(context, group, account, heard)) return
  // Whether one that our person does not want to hear from types or is there is not shown.
  if (isBlocked(context, bytesOf(account))) return
  if (!mayVerify(context, group) || !isSaidByDevice(context, heard)) return
  switch (body.kind) {
    case 'read':
      return hearRead(context, group, account, body.marks)
    case 'typing':
      noteHeard(context, group, said)
      return hearTyping(context, group, account, body.isTyping)
    case 'presence':
      noteHeard(context, group, said)
      return hearPresence(context, group, account, body.state)
  }
}

/** Whether it could change anything here: most signals come twice, and what our person does not let others know it is not let know. */
function isWorthALook(context: Context, group: string, account: string, { said }: Signal): boolean {
  const { body } = said
  switch (body.kind) {
    case 'announcement':
      return true
    case 'read':
      return unheardIn(context, group, account, body.marks).length > 0
    case 'typing':
      return privacyOf(context).typing && isOfNow(context, group, said)
    case 'presence':
      return privacyOf(context).presence && isSmall(context, group) && isOfNow(context, group, said)
  }
}
