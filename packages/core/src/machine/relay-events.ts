/** Acts on what the relays' clients found, in the same step (PROTOCOL §13.15). */
import { openOperationRecord, OPERATION_RECORD_VERSION } from '@sotto/crypto'
import { decode, operation as operationCodec } from '@sotto/wire'
import { dropAgainAt, dropped } from '../files/at-relay/drop.ts'
import { chunkLeft, chunkRefused, leaveAgainAt } from '../files/at-relay/leave-chunks.ts'
import { chunkFromRelay } from '../files/at-relay/read-chunks.ts'
import { takeOperationsOf } from '../groups/group-log.ts'
import { noteSecondReader, taken } from '../links/inbox.ts'
import { refuse, reviewAt } from '../links/outbox.ts'
import { keysLeft } from '../links/publish-pre-keys.ts'
import { receiveRequest } from '../members/admissions.ts'
import { receiveContactRequest } from '../members/contact-requests.ts'
import { requestStored } from '../members/join-request.ts'
import { requestSeen } from '../members/rendezvous.ts'
import { rendezvousRead } from '../members/requests-taken-back.ts'
import { letterStored, markStored, reviewWaits } from '../messages/delivery.ts'
import { mailboxFull } from '../messages/full-mailbox.ts'
import { receiveEnvelope } from '../messages/receive.ts'
import { presenceHeard } from '../messages/signals/presence.ts'
import { reviewLetters } from '../sessions/letters-due.ts'
import { redirectLetters } from '../sessions/letters-round.ts'
import { bundleArrived, fetchAnswered } from '../sessions/session-setup.ts'
import type { Context, RelayEvent } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { COMING } from '../state/tables/files.ts'
import { EPOCH_KEYS } from '../state/tables/groups.ts'
import { MAILBOX, OUTBOX } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { receiveLetter } from './letters.ts'
import { receiveSignal } from './signals.ts'

/** Acts on one relay event. */
export function applyRelayEvent(context: Context, relayEvent: RelayEvent): void {
  switch (relayEvent.kind) {
    case 'relayReady':
      reviewLetters(context)
      reviewAt(context, relayEvent.relay)
      leaveAgainAt(context, relayEvent.relay)
      dropAgainAt(context, relayEvent.relay)
      if (context.transaction.first(COMING) !== undefined) setTimer(context, 'files', context.nowMs, 'earliest')
      return redirectLetters(context)
    case 'record':
      return record(context, relayEvent)
    case 'signal': {
      const purpose = context.transaction.get(MAILBOX, textOf(relayEvent.mailbox))?.purpose
      if (purpose?.kind === 'group') receiveSignal(context, purpose.group, purpose.epoch, relayEvent.body)
      return
    }
    case 'caughtUp': {
      const purpose = context.transaction.get(MAILBOX, textOf(relayEvent.mailbox))?.purpose
      if (purpose?.kind === 'file') return
      if (purpose?.kind === 'rendezvous') rendezvousRead(context, purpose.group)
      if (purpose?.kind === 'group') presenceHeard(context)
      return setTimer(context, 'announce', context.nowMs, 'earliest')
    }
    case 'stored': {
      const { about } = relayEvent.entry
      if (about.kind === 'envelope') markStored(context, textOf(about.group), textOf(about.epoch), about.keyId, about.iteration)
      else if (about.kind === 'letter' || about.kind === 'letterCopy') letterStored(context, about.carries)
      else if (about.kind === 'joinRequest') requestStored(context, textOf(about.group))
      return
    }
    case 'appended':
      return chunkLeft(context, relayEvent.relay, relayEvent.token)
    case 'dropped':
      return dropped(context, relayEvent.relay, textOf(relayEvent.mailbox))
    case 'keysFetched':
      fetchAnswered(context, relayEvent.token)
      if (relayEvent.keys !== null) bundleArrived(context, relayEvent.token, relayEvent.keys)
      return
    case 'keysLeft':
      return keysLeft(context, relayEvent.relay, relayEvent)
    case 'refused': {
      refuse(context, relayEvent.relay, relayEvent.token, relayEvent.retryAfterMs, relayEvent.code)
      fetchAnswered(context, relayEvent.token)
      chunkRefused(context, relayEvent.relay, relayEvent.token, relayEvent.code, relayEvent.retryAfterMs)
      const entry = context.transaction.get(OUTBOX, relayEvent.token)
      if (entry?.about.kind === 'envelope') reviewWaits(context)
      if (entry !== undefined && relayEvent.code === 'full') mailboxFull(context, entry)
      return
    }
    case 'secondReader':
      return noteSecondReader(context, textOf(relayEvent.mailbox))
    case 'keysPublished':
    case 'closedToUs':
  }
}

/** A stored record came from a mailbox that we read. */
function record(context: Context, { relay, mailbox: id, cursor, capability, body }: Extract<RelayEvent, { readonly kind: 'record' }>): void {
  const mailbox = textOf(id)
  const purpose = context.transaction.get(MAILBOX, mailbox)?.purpose
  switch (purpose?.kind) {
    case 'inbox':
      receiveLetter(context, body, capability)
      return taken(context, relay, mailbox, cursor)
    case 'rendezvous':
      receiveRequest(context, purpose.group, purpose.invite, body)
      return requestSeen(context, relay, mailbox, purpose.group, cursor)
    case 'contactLink':
      receiveContactRequest(context, body)
      return taken(context, relay, mailbox, cursor)
    case 'group':
      return body[0] === OPERATION_RECORD_VERSION
        ? operationRecord(context, purpose.group, purpose.epoch, body)
        : receiveEnvelope(context, purpose.group, purpose.epoch, body)
    case 'file':
      return chunkFromRelay(context, relay, purpose.file, cursor, body)
    case undefined:
  }
}

function operationRecord(context: Context, group: string, epoch: string, body: Uint8Array): void {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  const opened = keys === undefined ? undefined : openOperationRecord(context.provider.primitives, keys.operationsKey, body)
  const operation = opened === undefined ? undefined : decode(operationCodec, opened)
  if (operation !== undefined) takeOperationsOf(context, group, [operation])
}
