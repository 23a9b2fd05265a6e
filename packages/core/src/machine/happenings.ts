/**
 * What follows from what happened, and in which order. Rooms tell what changed in them (`tell`); which rooms act on it
 * is written here and nowhere else. Happenings are heard before other news, and the order within each is part of the
 * protocol.
 */
import { resolve } from '@sotto/membership'
import { cipherOf, ciphersOf } from '../cipher/group-cipher.ts'
import { awaitSecrets } from '../epochs/earlier-secrets.ts'
import { selfOf } from '../identity/profile.ts'
import { noteForAcknowledging } from '../members/acknowledge.ts'
import { markRead } from '../messages/conversation-row.ts'
import { noteInConversation } from '../messages/conversation.ts'
import { moveMessages } from '../messages/move-messages.ts'
import { retryUnder } from '../messages/retry.ts'
import { sealAnew } from '../messages/seal-anew.ts'
import { proveAgain } from '../peers/epoch-proofs.ts'
import type { Context, Happening } from '../state/context.ts'
import { GROUP } from '../state/tables/groups.ts'
import { receivePending } from './letters.ts'
import { lookAt } from './relays-changed.ts'
import { settleRoster } from './roster-changed.ts'
import { leaveUnwanted } from './unwanted.ts'

/** Hears what happened until nothing more does. */
export function hearHappenings(context: Context): void {
  for (let happening = context.happenings.shift(); happening !== undefined; happening = context.happenings.shift()) happened(context, happening)
}

function happened(context: Context, happening: Happening): void {
  switch (happening.kind) {
    case 'operationsAdded': {
      const { group, operations, before } = happening
      settleRoster(context, group, resolve(before))
      // A removal of our own device may be among them.
      if (context.draft.get(GROUP, group)?.state !== 'member') return
      noteForAcknowledging(context, group, operations)
      awaitSecrets(context, group, operations)
      return
    }
    case 'epochBegan':
      sealAnew(context, happening.group, happening.epoch)
      return proveAgain(context)
    case 'sessionReplaced':
      return ciphersOf(context).forEach((cipher) => cipher.sessionReplaced(context, happening.device))
    case 'keyChanged':
      return retryUnder(context, happening.name)
    case 'placesNamed':
      return lookAt(context, happening.group, happening.relays, happening.why)
    case 'placesChanged':
      return moveMessages(context, happening.group, happening.slots)
    case 'created':
      return noteInConversation(context, happening.group, 'created', selfOf(context).account)
    case 'letInUnwanted':
      return leaveUnwanted(context, happening.group, happening.before, happening.by)
    case 'joined':
      // What was said before somebody came back is not new to them.
      markRead(context, happening.group)
      noteInConversation(context, happening.group, 'joined', selfOf(context).account)
      cipherOf(context, happening.group).joined(context, happening.group)
      // Said by members before we were in, and kept for this.
      return receivePending(context, happening.group)
  }
}
