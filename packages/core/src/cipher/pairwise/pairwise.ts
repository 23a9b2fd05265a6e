/**
 * The cipher `pairwise` (PROTOCOL §4): every message goes to each device by itself, through the session with it. It heals with
 * every turn, no secret is shared, and nothing is signed. It costs a letter for each device, so groups with it are small.
 */
import { hasNumber, NOTHING } from '@sotto/sync'
import type { DeviceId } from '@sotto/wire'
import { currentEpoch } from '../../groups/group-row.ts'
import { endAwaiting } from '../../links/awaited.ts'
import { queueControlMessage, takeBack } from '../../sessions/control-queue.ts'
import { textOf } from '../../state/names.ts'
import { INTRODUCED, MEANT_FROM, OWN_RUN } from '../../state/tables/pairwise.ts'
import { KEY_RECIPIENT, KEY_REQUEST } from '../../state/tables/repair.ts'
import { CONTACT } from '../../state/tables/sessions.ts'
import type { GroupCipher } from '../group-cipher.ts'
import { answerKeyRequest } from '../repair/answer-key-request.ts'
import { askForForgotten, askForKeys } from '../repair/ask-for-keys.ts'
import { believeClock } from '../repair/believe-clock.ts'
import { givenUp, indexAbsent, noteCount, noteReceivedByOthers } from '../repair/gaps.ts'
import { noteOpened, recipientsOfMessage, wireNameOf } from '../repair/key-recipients.ts'
import { drawFirstNumber, isWornOut, jumpNumbers } from '../repair/key-numbers.ts'
import { eraseKept, forgetKept, forgetResends, resendHistory } from '../repair/resends.ts'
import { repairPresent } from '../repair/unacknowledged.ts'
import { pairwiseMessage } from './control-messages/pairwise-message.ts'
import { pairwiseMissing } from './control-messages/pairwise-missing.ts'
import { readyRun } from './own-run.ts'
import { emptyKept, noteOpenedAt, openKept } from './receive.ts'
import { resendCopies, seal } from './seal.ts'

export const pairwise: GroupCipher = {
  name: 'pairwise',
  sealsEnvelopes: false,
  started: (context, { isUnclean }) => {
    for (const { key, value } of context.transaction.scan(OWN_RUN)) context.transaction.put(OWN_RUN, key, { ...value, retire: true })
    jumpNumbers(context, 'pairwise', isUnclean)
    indexAbsent(context)
  },
  joined: (context, group) => {
    drawFirstNumber(context, group)
    const epoch = currentEpoch(context, group)
    if (epoch !== undefined) readyRun(context, group, epoch)
  },
  membershipEnded: (context, group) => takeBack(context, pairwiseMessage, (copy) => textOf(copy.group) === group),
  needsRekey: isWornOut,
  seal,
  eraseSealed: (context, place) => {
    // Copies that have not left do not leave.
    takeBack(context, pairwiseMessage, ({ group, epoch, keyId, iteration }) => {
      const isSealed = textOf(group) === place.group && textOf(epoch) === place.epoch
      return isSealed && keyId === place.keyId && iteration === place.iteration
    })
    eraseKept(context, place)
  },
  emptyWaiting: emptyKept,
  open: (context, group, _epoch, stored) => openKept(context, group, stored),
  headerOpened: (context, place, { before }) => {
    if (before !== null) noteCount(context, place, before)
    noteOpenedAt(context, place)
  },
  recipientsOf: recipientsOfMessage,
  noteOpened: (context, place, device) => {
    const opened = noteOpened(context, place, device)
    if (opened !== undefined) endAwaiting(context, device, { ...wireNameOf(place), from: place.iteration })
    return opened !== undefined
  },
  hasCarried: ({ transaction }, key) =>
    hasNumber(transaction.get(KEY_RECIPIENT, key.group, key.epoch, key.keyId, textOf(key.device))?.opened ?? NOTHING, key.from),
  hasSpokenSince: ({ transaction }, group, device, isSince) => (transaction.get(INTRODUCED, group, textOf(device)) ?? []).some(isSince),
  admitted: askForForgotten,
  sessionReplaced: (context, device) => forgetResends(context, textOf(device)),
  receivedByOthers: noteReceivedByOthers,
  askForMissing: askForKeys,
  repairPresent,
  answerRequest: (context, from, request) => {
    const { group, epoch, keyId } = request
    const own = context.transaction.get(OWN_RUN, textOf(group))
    answerKeyRequest(context, from, request, {
      own,
      handOver: () => {},
      nothing: (why, iterations) => {
        if (iterations.length === 0) return
        queueControlMessage(context, from.device, pairwiseMissing, { group, epoch, keyId, refused: NOTHING, gone: NOTHING, [why]: iterations })
      },
    })
  },
  reachOf: ({ transaction }, key) => {
    const from = transaction.get(MEANT_FROM, ...key)
    return from === undefined ? undefined : { from, next: from, mayHoldMore: false }
  },
  historyRead: resendCopies,
  givenUp,
  isAskedFor: ({ transaction }, key) => transaction.get(KEY_REQUEST, ...key) !== undefined,
  facts: ({ transaction }, group, others) => {
    const hasSession = (device: DeviceId): boolean => (transaction.get(CONTACT, textOf(device))?.sessions ?? null) !== null
    return { keyId: transaction.get(OWN_RUN, group)?.keyId ?? 0, rotatedMs: null, devicesHolding: others.filter(hasSession).length }
  },
  expire: () => {},
  believeClock,
  forgetEpoch: (context, group, epoch) => {
    forgetKept(context, group, epoch)
    const own = context.transaction.get(OWN_RUN, group)
    if (own !== undefined && textOf(own.epoch) === epoch) context.transaction.delete(OWN_RUN, group)
  },
  historyOf: (group) => [resendHistory(group)],
}
