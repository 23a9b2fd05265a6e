/**
 * A TOY, for tests alone: a group cipher that seals with the epoch's secret and nothing else. It shows that the machine
 * around a cipher depends on none in particular, and that the conformance suite notices what a cipher lacks. No
 * application can choose it: a test passes it to `createCore`.
 *
 * The tests say what it lacks. A device with the epoch's secret opens all of the epoch, also from before it came. It can
 * write in any member's name. Lost messages are not sent again.
 */
import type { CipherHeader, Context, GroupCipher, MessageRecipient, OpenedMessage, Reading, SealedMessage } from '@sotto/core/inside'
import { durable, EPOCH_KEYS, keepFromUnknownSender, MEMBERSHIP_LOG, RECEIVED, SELF } from '@sotto/core/inside'
import { openSignal, sealSignal, SIGNAL_VERSION } from '@sotto/crypto'
import { heads, resolve } from '@sotto/membership'
import {
  decode,
  type DeviceId,
  deviceId,
  encode,
  type EnvelopeHash,
  equalBytes,
  LIMITS,
  list,
  optional,
  struct,
  toBase64url,
  uint16,
  uint48,
  varBytes,
} from '@sotto/wire'

/** What is sealed: the claimed device, the message's number in the epoch, the content. */
const sealedContent = struct({ device: deviceId, number: uint16, content: varBytes(LIMITS.recordBytes) })

/** The number of our next message. Key: group, epoch. */
const NEXT_NUMBER = durable('toyNextNumber', struct({ next: uint16 }), { scope: 'epoch', owner: 'cipher' })

/** The devices that a message of ours was sealed for, and when each opened it. Key: group, epoch, number. */
const SEALED_FOR = durable('toySealedFor', list(struct({ device: deviceId, openedMs: optional(uint48) }), LIMITS.members), { scope: 'epoch', owner: 'cipher' })

/** After a crash the last numbers may have been used already. */
const JUMP = 64

type Place = OpenedMessage['place']

const rosterOf = ({ transaction }: Reading, group: string) => {
  const log = transaction.get(MEMBERSHIP_LOG, group)
  return log === undefined ? undefined : resolve(log)
}

const ownDevice = ({ transaction }: Reading): DeviceId | undefined => transaction.first(SELF)?.value.device

const frontierOf = ({ transaction }: Reading, group: string) => {
  const log = transaction.get(MEMBERSHIP_LOG, group)
  return log === undefined ? [] : heads(log).slice(0, LIMITS.operationParents)
}

const contains = (ranges: readonly { readonly from: number; readonly to: number }[], number: number): boolean =>
  ranges.some(({ from, to }) => from <= number && number <= to)

/** The first byte of an envelope (PROTOCOL §8.18). */
const ENVELOPE_KIND = 1

/** The toy has no seal of its own: what it makes is a signal that says that it is an envelope. */
const asKind = (kind: number, record: Uint8Array): Uint8Array => record.with(0, kind)

const opened = ({ provider }: Context, key: Parameters<typeof openSignal>[1], envelope: Uint8Array): Uint8Array | undefined =>
  envelope[0] === ENVELOPE_KIND ? openSignal(provider.primitives, key, asKind(SIGNAL_VERSION, envelope)) : undefined

function seal(context: Context, group: string, epoch: string, encodeContent: (header: CipherHeader) => Uint8Array): SealedMessage | undefined {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  const device = ownDevice(context)
  const roster = rosterOf(context, group)
  if (keys === undefined || device === undefined || roster === undefined) return undefined
  const { next } = context.transaction.get(NEXT_NUMBER, group, epoch) ?? { next: 0 }
  context.transaction.put(NEXT_NUMBER, [group, epoch], { next: next + 1 })
  const others = roster.members.flatMap((member) => member.devices.map((each) => each.device)).filter((each) => !equalBytes(each, device))
  context.transaction.put(
    SEALED_FOR,
    [group, epoch, String(next)],
    others.map((each) => ({ device: each, openedMs: null })),
  )
  const frontier = frontierOf(context, group)
  const content = encode(sealedContent, { device, number: next, content: encodeContent({ before: null, heads: frontier }) })
  const envelope = asKind(ENVELOPE_KIND, sealSignal(context.provider, keys.headerKey, content))
  const hash = context.provider.primitives.sha256(envelope) as EnvelopeHash
  return { place: { group, epoch, device, keyId: 0, iteration: next }, frontier, hash, envelope }
}

function open(context: Context, group: string, epoch: string, envelope: Uint8Array): OpenedMessage | undefined {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  const plaintext = keys === undefined ? undefined : opened(context, keys.headerKey, envelope)
  const said = plaintext === undefined ? undefined : decode(sealedContent, plaintext)
  const own = ownDevice(context)
  if (said === undefined || own === undefined || equalBytes(said.device, own)) return undefined
  const { device, number, content } = said
  const hash = context.provider.primitives.sha256(envelope) as EnvelopeHash
  const roster = rosterOf(context, group)
  if (roster?.accountOf(device) === undefined) {
    keepFromUnknownSender(context, group, epoch, hash, envelope)
    return undefined
  }
  if (roster.deviceOf(device) === undefined || contains(context.transaction.get(RECEIVED, group, epoch, toBase64url(device), '0') ?? [], number))
    return undefined
  return { place: { group, epoch, device, keyId: 0, iteration: number }, hash, envelope, plaintext: content, frontier: [] }
}

const nameOf = ({ group, epoch, iteration }: Place): readonly string[] => [group, epoch, String(iteration)]

function recipientsOf({ transaction }: Reading, place: Place): readonly MessageRecipient[] | undefined {
  return transaction.get(SEALED_FOR, ...nameOf(place))?.map(({ device, openedMs }) => ({ device, hasOpened: openedMs !== null }))
}

function noteOpened(context: Context, place: Place, device: DeviceId): boolean {
  const rows = context.transaction.get(SEALED_FOR, ...nameOf(place)) ?? []
  if (!rows.some((each) => equalBytes(each.device, device))) return false
  context.transaction.put(
    SEALED_FOR,
    nameOf(place),
    rows.map((each) => (equalBytes(each.device, device) ? { ...each, openedMs: each.openedMs ?? context.nowMs } : each)),
  )
  return true
}

const nothing = (): void => {}

/** Under the name of a future cipher: `create` has no other, and no version of Sotto makes such a group yet. */
export const epochSecretCipher: GroupCipher = {
  name: 'mls',
  sealsEnvelopes: true,
  started: (context, { isUnclean }) => {
    if (!isUnclean) return
    for (const { key, value } of context.transaction.scan(NEXT_NUMBER)) context.transaction.put(NEXT_NUMBER, key, { next: value.next + JUMP })
  },
  joined: nothing,
  membershipEnded: nothing,
  needsRekey: () => false,
  seal,
  open,
  headerOpened: nothing,
  recipientsOf,
  noteOpened,
  hasCarried: () => true,
  hasSpokenSince: () => false,
  admitted: nothing,
  sessionReplaced: nothing,
  receivedByOthers: nothing,
  askForMissing: nothing,
  repairPresent: nothing,
  answerRequest: nothing,
  reachOf: () => undefined,
  historyRead: nothing,
  givenUp: () => [],
  isAskedFor: () => false,
  facts: (_reading, _group, others) => ({ keyId: 0, rotatedMs: null, devicesHolding: others.length }),
  expire: nothing,
  believeClock: nothing,
  forgetEpoch: nothing,
  historyOf: () => [],
  eraseSealed: () => undefined,
  emptyWaiting: () => undefined,
}
