/** The cipher `sender-keys` (PROTOCOL §3): each device seals under a key of its own, which it hands to every other in private. */
import { contextOf, ownContext } from '@sotto/crypto'
import { NOTHING } from '@sotto/sync'
import type { DeviceId } from '@sotto/wire'
import { endAwaiting } from '../../links/awaited.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import { textOf } from '../../state/names.ts'
import { GROUP } from '../../state/tables/groups.ts'
import { KEY_RECIPIENT, KEY_REQUEST } from '../../state/tables/repair.ts'
import { OWN_KEY, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import type { GroupCipher } from '../group-cipher.ts'
import { askForForgotten, askForKeys } from '../repair/ask-for-keys.ts'
import { answerKeyRequest } from '../repair/answer-key-request.ts'
import { believeClock } from '../repair/believe-clock.ts'
import { distribution } from './control-messages/distribution.ts'
import { resend } from './control-messages/resend.ts'
import { distributionFields } from './distributions.ts'
import { forgetEpoch } from './forget-epoch.ts'
import { givenUp, indexAbsent, noteCount, noteReceivedByOthers } from '../repair/gaps.ts'
import { noteOpened, recipientsOfMessage, wireNameOf } from '../repair/key-recipients.ts'
import { drawFirstNumber, isWornOut, jumpNumbers } from '../repair/key-numbers.ts'
import { open } from './open.ts'
import { introduce } from './own-key.ts'
import { forgetResends, resendHistory } from '../repair/resends.ts'
import { eraseResends, resendContents } from './resends.ts'
import { seal } from './seal.ts'
import { expireTheirKeys } from './their-keys.ts'
import { repairPresent } from '../repair/unacknowledged.ts'

export const senderKeys: GroupCipher = {
  name: 'sender-keys',
  sealsEnvelopes: true,
  started: (context, { isUnclean }) => {
    for (const { key, value } of context.transaction.scan(OWN_KEY)) context.transaction.put(OWN_KEY, key, { ...value, retire: true })
    jumpNumbers(context, 'sender-keys', isUnclean)
    indexAbsent(context)
  },
  joined: (context, group) => {
    drawFirstNumber(context, group)
    introduce(context, group)
  },
  membershipEnded: () => {},
  needsRekey: isWornOut,
  seal,
  emptyWaiting: () => {},
  eraseSealed: eraseResends,
  open,
  headerOpened: (context, place, { before }) => {
    if (before !== null) noteCount(context, place, before)
  },
  recipientsOf: recipientsOfMessage,
  noteOpened: (context, place, device) => {
    const opened = noteOpened(context, place, device)
    // What it opens, it has the key of.
    if (opened !== undefined) endAwaiting(context, device, { ...wireNameOf(place), from: opened.fromIteration })
    return opened !== undefined
  },
  hasCarried: ({ transaction }, key) => transaction.get(KEY_RECIPIENT, key.group, key.epoch, key.keyId, textOf(key.device))?.acknowledged === true,
  hasSpokenSince: ({ transaction }, group, device, isSince) => {
    const epoch = transaction.get(GROUP, group)?.epoch ?? null
    return epoch !== null && transaction.scan(THEIR_KEY, group, textOf(epoch), textOf(device)).some(({ value }) => contextOf(value.key).frontier.some(isSince))
  },
  admitted: askForForgotten,
  sessionReplaced: (context, device) => forgetResends(context, textOf(device)),
  receivedByOthers: noteReceivedByOthers,
  askForMissing: askForKeys,
  repairPresent,
  answerRequest: (context, from, request) => {
    const { group, epoch, keyId } = request
    const own = context.transaction.get(OWN_KEY, textOf(group))
    answerKeyRequest(context, from, request, {
      own: own === undefined ? undefined : { epoch: own.epoch, keyId: ownContext(own.key).keyId, next: own.key.iteration },
      handOver: () => {
        if (own !== undefined) queueControlMessage(context, from.device, distribution, distributionFields(context, textOf(group), textOf(epoch), own))
      },
      nothing: (why, iterations) => {
        if (iterations.length === 0) return
        queueControlMessage(context, from.device, resend, { group, epoch, keyId, messages: [], refused: NOTHING, gone: NOTHING, [why]: iterations })
      },
    })
  },
  reachOf: ({ transaction }, key) => {
    const their = transaction.get(THEIR_KEY, ...key)?.key
    return their === undefined ? undefined : { from: their.fromIteration, next: their.iteration, mayHoldMore: true }
  },
  historyRead: resendContents,
  givenUp,
  isAskedFor: ({ transaction }, key) => transaction.get(KEY_REQUEST, ...key) !== undefined,
  facts: ({ transaction }, group, others) => {
    const own = transaction.get(OWN_KEY, group)
    if (own === undefined) return { keyId: 0, rotatedMs: null, devicesHolding: 0 }
    const { keyId } = ownContext(own.key)
    const isHolding = (device: DeviceId): boolean =>
      transaction.get(KEY_RECIPIENT, group, textOf(own.epoch), String(keyId), textOf(device))?.acknowledged === true
    return { keyId, rotatedMs: own.createdMs, devicesHolding: others.filter(isHolding).length }
  },
  expire: expireTheirKeys,
  believeClock: (context) => {
    believeClock(context)
    const { transaction, nowMs } = context
    for (const { key, value } of transaction.scan(OWN_KEY)) if (value.createdMs > nowMs) transaction.put(OWN_KEY, key, { ...value, createdMs: nowMs })
  },
  forgetEpoch,
  historyOf: (group) => [resendHistory(group)],
}
