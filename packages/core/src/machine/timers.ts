/** What is due when: one timer for each name. The earliest is planned by an effect. */
import { dropExpired } from '@sotto/crypto'
import { ciphersOf } from '../cipher/group-cipher.ts'
import { askForEarlierSecrets } from '../epochs/earlier-secrets.ts'
import { expireEpochs, hasEpochToEnd } from '../epochs/end-epochs.ts'
import { askForSecrets } from '../epochs/secrets.ts'
import { expireDrops } from '../files/at-relay/drop.ts'
import { expireLeft } from '../files/at-relay/left-rows.ts'
import { filesDue } from '../files/files-due.ts'
import { expireOrphans } from '../groups/group-log.ts'
import { askWhenIsolated } from '../groups/isolated.ts'
import { askForNames } from '../groups/nameless.ts'
import { endComparing } from '../groups/new-member.ts'
import { noteStillReached } from '../links/gone-relays.ts'
import { expireLetters, reviewOutbox } from '../links/outbox.ts'
import { tendPreKeys } from '../links/publish-pre-keys.ts'
import { relayTick } from '../links/relay-client.ts'
import { reviewSilence } from '../links/silent-relays.ts'
import { acknowledgeDue } from '../members/acknowledge.ts'
import { admitDue } from '../members/admissions.ts'
import { expireContactRequests } from '../members/contact-requests.ts'
import { inviteAgain } from '../members/direct-chats.ts'
import { askAgainToJoin } from '../members/join-request.ts'
import { expireWithdrawals } from '../members/requests-taken-back.ts'
import { expireMutes } from '../messages/conversation-choices.ts'
import { dropDelivered } from '../messages/delivered-copies.ts'
import { endLongWaits } from '../messages/delivery.ts'
import { relieveFullMailboxes } from '../messages/full-mailbox.ts'
import { askForEarlier } from '../messages/earlier/ask-for-earlier.ts'
import { expireKept } from '../messages/kept-envelopes.ts'
import { expireVanished } from '../messages/lives.ts'
import { sendReceipts } from '../messages/receipts.ts'
import { reviewPresence } from '../messages/signals/presence.ts'
import { sayReadMarks, sayReadMarksAgain } from '../messages/signals/read-marks.ts'
import { expireTyping } from '../messages/signals/typing.ts'
import { endLives } from '../messages/vanish.ts'
import { announce } from '../peers/announce.ts'
import { reconcileWithPeers } from '../peers/keep-in-touch.ts'
import { leaveRelaysOfOthers } from '../sessions/letters-round.ts'
import { expirePending } from '../sessions/pending-bodies.ts'
import type { Context } from '../state/context.ts'
import { Transaction } from '../state/table.ts'
import { RUNNING, TIMER } from '../state/tables/self.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { setTimer, type TimerName } from '../state/timers.ts'
import { forgetEpoch } from './forget.ts'
import { expirePlaces, goRound } from './relays-changed.ts'
import { expireWithdrawn } from './unwanted.ts'

export const earliestTimer = (transaction: Transaction): number | undefined =>
  transaction
    .scan(TIMER)
    .reduce<number | undefined>((earliest, { value }) => (earliest === undefined || value.atMs < earliest ? value.atMs : earliest), undefined)

export function wake(context: Context): void {
  for (const { key, value } of context.transaction.scan(TIMER)) {
    if (value.atMs > context.nowMs) continue
    context.transaction.delete(TIMER, ...key)
    due(context, (key[0] ?? '') as TimerName)
  }
}

/** Deletes expired skipped keys and sessions, also those that are no longer used (PROTOCOL §2). */
function expireSessions(context: Context): void {
  for (const { key, value } of context.transaction.scan(CONTACT)) {
    if (value.sessions === null) continue
    const sessions = dropExpired(value.sessions, context.nowMs)
    if (sessions !== value.sessions) context.transaction.put(CONTACT, key, { ...value, sessions })
  }
}

/** An epoch that has lasted too long is looked at again so soon after a start: by then the device has mostly caught up. */
const CATCHES_UP_MS = 10_000
/** So long after a start. A device that nobody reaches, perhaps for weeks, would otherwise look for ever. A guess. */
const CATCHING_UP_MS = 600_000

/** How often expired things are looked for: every hour. */
const EXPIRY_MS = 3_600_000

function isCatchingUp({ transaction, nowMs }: Context): boolean {
  const running = transaction.get(RUNNING, 'self')
  return running !== undefined && nowMs < running.since + CATCHING_UP_MS
}

function due(context: Context, timer: TimerName): void {
  switch (timer) {
    case 'outbox':
      return reviewOutbox(context)
    case 'keyRequests':
      return ciphersOf(context).forEach((cipher) => cipher.askForMissing(context))
    case 'secrets':
      askForSecrets(context)
      return askForEarlierSecrets(context)
    case 'rekey':
      // Messages that wait are sealed after each step.
      return
    case 'isolated':
      askWhenIsolated(context)
      return endComparing(context)
    case 'names':
      return askForNames(context)
    case 'acknowledge':
      return acknowledgeDue(context)
    case 'mailboxFull':
      return relieveFullMailboxes(context)
    case 'reconcile':
      for (const cipher of ciphersOf(context)) cipher.repairPresent(context)
      inviteAgain(context)
      return reconcileWithPeers(context)
    case 'joins':
      return askAgainToJoin(context)
    case 'receipts':
      return sendReceipts(context)
    case 'admissions':
      return admitDue(context)
    case 'announce':
      announce(context)
      return sayReadMarksAgain(context)
    case 'readMarks':
      return sayReadMarks(context)
    case 'typing':
      return expireTyping(context)
    case 'presence':
      return reviewPresence(context)
    case 'preKeys':
      return tendPreKeys(context)
    case 'earlier':
      return askForEarlier(context)
    case 'vanishing':
      return endLives(context)
    case 'files':
      return filesDue(context)
    case 'relays':
      return goRound(context)
    case 'silence':
      return reviewSilence(context) ? goRound(context) : undefined
    case 'expiry':
      endLongWaits(context)
      for (const { group, epoch } of expireEpochs(context)) forgetEpoch(context, group, epoch)
      expireSessions(context)
      for (const cipher of ciphersOf(context)) cipher.expire(context)
      expireKept(context)
      expireMutes(context)
      expireVanished(context)
      expireOrphans(context)
      expirePending(context)
      expireWithdrawn(context)
      expireWithdrawals(context)
      expireContactRequests(context)
      noteStillReached(context)
      expireLetters(context)
      expireLeft(context)
      expireDrops(context)
      dropDelivered(context)
      expirePlaces(context)
      leaveRelaysOfOthers(context)
      return setTimer(context, 'expiry', context.nowMs + (isCatchingUp(context) && hasEpochToEnd(context) ? CATCHES_UP_MS : EXPIRY_MS))
    default:
      return relayTick(context, timer.slice('mailbox-'.length))
  }
}
