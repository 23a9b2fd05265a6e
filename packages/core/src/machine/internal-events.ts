/**
 * What follows from internal events, and in which order. Rooms tell what changed in them (`tell`). Only this file says
 * which rooms act on it. Internal events are applied before relay events, and the order within each is part of the
 * protocol.
 */
import { resolve } from '@sotto/membership'
import { ciphersOf } from '../cipher/group-cipher.ts'
import { awaitSecrets } from '../epochs/earlier-secrets.ts'
import { noteDeviceLists } from '../groups/device-lists.ts'
import { selfOf } from '../identity/profile.ts'
import { noteForAcknowledging } from '../members/acknowledge.ts'
import { endContactRequest } from '../members/contact-requests.ts'
import { takeUpChange } from '../messages/carry-out-changes.ts'
import { beginAskingForEarlier } from '../messages/earlier/ask-for-earlier.ts'
import { markRead } from '../messages/conversation-row.ts'
import { noteContentsDiffer, noteInConversation, noteTitle } from '../messages/conversation.ts'
import { lettersLeft } from '../messages/delivery.ts'
import { moveMessages } from '../messages/move-messages.ts'
import { tellOfPerson } from '../messages/people-lines.ts'
import { retryUnder } from '../messages/retry.ts'
import { sealAgain } from '../messages/seal-again.ts'
import { presenceHeard } from '../messages/signals/presence.ts'
import { proveAgain } from '../peers/epoch-proofs.ts'
import type { Context, InternalEvent } from '../state/context.ts'
import { GROUP } from '../state/tables/groups.ts'
import { mergeDirectChats } from './direct-chats.ts'
import { sayPassedOn } from './forward.ts'
import { receivePending } from './letters.ts'
import { lookAt } from './relays-changed.ts'
import { applyRoster } from './roster-changed.ts'
import { oweProfile } from './say-profile.ts'
import { leaveUnwanted } from './unwanted.ts'

/** Applies internal events until there are none left. */
export function applyInternalEvents(context: Context): void {
  for (let internalEvent = context.internalEvents.shift(); internalEvent !== undefined; internalEvent = context.internalEvents.shift())
    happened(context, internalEvent)
}

function happened(context: Context, internalEvent: InternalEvent): void {
  switch (internalEvent.kind) {
    case 'operationsAdded': {
      const { group, operations, before } = internalEvent
      noteDeviceLists(context, group, operations)
      applyRoster(context, group, resolve(before))
      // A removal of our own device may be among them.
      if (context.transaction.get(GROUP, group)?.state !== 'member') return
      noteForAcknowledging(context, group, operations)
      awaitSecrets(context, group, operations)
      return
    }
    case 'operationRefused':
      return noteDeviceLists(context, internalEvent.group, [internalEvent.operation])
    case 'renamed':
    case 'devicesChanged':
    case 'devicesForked':
      return tellOfPerson(context, internalEvent)
    case 'epochBegan':
      sealAgain(context, internalEvent.group, internalEvent.epoch)
      presenceHeard(context)
      return proveAgain(context)
    case 'sessionReplaced':
      return ciphersOf(context).forEach((cipher) => cipher.sessionReplaced(context, internalEvent.device))
    case 'keyChanged':
      return retryUnder(context, internalEvent.name)
    case 'contentsDiffer':
      return noteContentsDiffer(context, internalEvent.group, internalEvent.about, internalEvent.by)
    case 'lettersLeft':
      return lettersLeft(context, internalEvent.group, internalEvent.epoch, internalEvent.keyId)
    case 'placesNamed':
      return lookAt(context, internalEvent.group, internalEvent.relays, internalEvent.why)
    case 'placesChanged':
      return moveMessages(context, internalEvent.group, internalEvent.slots)
    case 'titleChanged':
      return noteTitle(context, internalEvent.group, internalEvent.title)
    case 'groupProfileChanged':
      return noteInConversation(context, internalEvent.group, internalEvent.what, internalEvent.by)
    case 'messageChanged':
      return takeUpChange(context, internalEvent.group, internalEvent.message)
    case 'sealedToPassOn':
      return sayPassedOn(context, internalEvent.group, internalEvent.as)
    case 'created':
      return noteInConversation(context, internalEvent.group, 'created', selfOf(context).account)
    case 'letInUnwanted':
      return leaveUnwanted(context, internalEvent.group, internalEvent.before, internalEvent.by)
    case 'joined':
      // A member that came back has read what was said before it left.
      if (internalEvent.isBack) markRead(context, internalEvent.group)
      noteInConversation(context, internalEvent.group, 'joined', selfOf(context).account)
      mergeDirectChats(context, internalEvent.group)
      endContactRequest(context, internalEvent.group)
      oweProfile(context, internalEvent.group)
      beginAskingForEarlier(context, internalEvent.group)
      // What members said before we joined, kept until now.
      return receivePending(context, internalEvent.group)
  }
}
