/** The cipher `sender-keys` (PROTOCOL §3): each device seals under a key of its own, which it hands to every other in private. */
import { contextOf, ownContext } from '@sotto/crypto'
import { NOTHING } from '@sotto/sync'
import type { DeviceId, Ranges } from '@sotto/wire'
import { type KeyName, textOf } from '../../state/names.ts'
import { GROUP } from '../../state/tables/groups.ts'
import { GAP, KEY_RECIPIENT, KEY_REQUEST, OWN_KEY, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import type { GroupCipher } from '../group-cipher.ts'
import { askForForgotten, askForKeys, reviveRequests } from './ask-for-keys.ts'
import { believeClock } from './believe-clock.ts'
import { forgetEpoch } from './forget-epoch.ts'
import { absentUnder, indexAbsent, noteCount, noteReceivedByOthers } from './gaps.ts'
import { noteOpened, recipientsOfMessage } from './key-recipients.ts'
import { drawFirstNumber, isWornOut, jumpNumbers } from './key-numbers.ts'
import { open } from './open.ts'
import { introduce } from './own-key.ts'
import { forgetResends, resendContents, resendHistory } from './resends.ts'
import { seal } from './seal.ts'
import { expireTheirKeys } from './their-keys.ts'
import { noteHeard, repairPresent } from './unacknowledged.ts'

export const senderKeys: GroupCipher = {
  name: 'sender-keys',
  started: (context, { isUnclean }) => {
    for (const { key, value } of context.transaction.scan(OWN_KEY)) context.transaction.put(OWN_KEY, key, { ...value, retire: true })
    jumpNumbers(context, isUnclean)
    indexAbsent(context)
  },
  joined: (context, group) => {
    drawFirstNumber(context, group)
    introduce(context, group)
  },
  needsRekey: isWornOut,
  seal,
  open,
  headerOpened: (context, place, { before }) => {
    if (before !== null) noteCount(context, place, before)
  },
  recipientsOf: recipientsOfMessage,
  noteOpened,
  hasSpokenSince: ({ transaction }, group, device, isSince) => {
    const epoch = transaction.get(GROUP, group)?.epoch ?? null
    return epoch !== null && transaction.scan(THEIR_KEY, group, textOf(epoch), textOf(device)).some(({ value }) => contextOf(value.key).frontier.some(isSince))
  },
  heardFrom: (context, device) => {
    reviveRequests(context, device)
    noteHeard(context, device)
  },
  admitted: askForForgotten,
  sessionReplaced: (context, device) => forgetResends(context, textOf(device)),
  receivedByOthers: noteReceivedByOthers,
  askForMissing: askForKeys,
  repairPresent,
  historyRead: resendContents,
  givenUp: ({ transaction }, group) =>
    transaction.scan(GAP, group).flatMap(({ key: name, value }) => {
      const key = name as unknown as KeyName
      const of = (given: Ranges, cause: 'senderUnreachable' | 'keyDestroyed') => {
        const iterations = given.length === 0 ? NOTHING : absentUnder(transaction, key, given)
        return iterations.length === 0 ? [] : [{ key, iterations, cause }]
      }
      return [...of(value.absent, 'senderUnreachable'), ...of(value.gone, 'keyDestroyed')]
    }),
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
  believeClock,
  forgetEpoch,
  historyOf: (group) => [resendHistory(group)],
}
