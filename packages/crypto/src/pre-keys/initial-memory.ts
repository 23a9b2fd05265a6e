/**
 * What is remembered of accepted first letters, so that none is opened twice (PROTOCOL §2).
 *
 * Only those that used up no key can come again. Anyone who knows our prekeys may write as many of them, under as many devices, as
 * it likes. Therefore a device has a share, and strangers have one together. What goes is the oldest of the same share, and a
 * *floor* is left of it: what was opened no later than that, under the same signed prekey, is refused. So nothing is
 * opened twice, and nobody's letters keep those of others out.
 */
import { type DeviceId, equalBytes, type InitiatorIntroduction, LIMITS, toBase64url } from '@sotto/wire'
import type { AcceptedInitialMessage, InitialFloor, PreKeyStore } from './pre-key-store.ts'

type Memory = Pick<PreKeyStore, 'acceptedInitialMessages' | 'initialFloors'>

/** Whether the device is in a group of ours. */
export type IsKnown = (device: DeviceId) => boolean

/** Whether only its remembered hash keeps the message from being accepted again: none of its keys is used up. */
export const isRepeatable = (store: PreKeyStore, keys: Pick<InitiatorIntroduction, 'oneTimePreKeyId' | 'kemPreKeyId'>): boolean =>
  keys.oneTimePreKeyId === null && store.lastResortKemPreKeys.some((key) => key.id === keys.kemPreKeyId)

export const isRemembered = (memory: Memory, hash: Uint8Array): boolean => memory.acceptedInitialMessages.some((message) => equalBytes(message.hash, hash))

/** Whether it may be one of those that were forgotten. */
export const isBelowFloor = (memory: Memory, { device, signedPreKeyId, openedMs }: Omit<AcceptedInitialMessage, 'hash'>): boolean =>
  memory.initialFloors.some(
    (floor) => floor.signedPreKeyId === signedPreKeyId && openedMs <= floor.openedMs && (floor.device === null || equalBytes(floor.device, device)),
  )

/** Remembers a message, and forgets the oldest of its share where that is full. */
export function withRemembered<M extends Memory>(memory: M, message: AcceptedInitialMessage, isKnown: IsKnown): M {
  const messages = memory.acceptedInitialMessages
  const isStranger = !isKnown(message.device)
  const own = messages.filter(({ device }) => equalBytes(device, message.device))
  if (!isStranger && own.length >= LIMITS.initialMessagesOfDevice) return added(forgotten(memory, oldest(own), message.device), message)
  const limit = isStranger ? LIMITS.strangersInitialMessages : LIMITS.acceptedInitialMessages
  // Mostly there are so few that no share can be full.
  if (messages.length < limit) return added(memory, message)
  const known = knownOnes(messages, isKnown)
  const share = messages.filter(({ device }) => known.has(toBase64url(device)) !== isStranger)
  if (share.length < limit) return added(memory, message)
  if (isStranger) return added(forgotten(memory, oldest(share), null), message)
  const most = ofMost(share)
  return added(forgotten(memory, oldest(most), most[0]?.device ?? message.device), message)
}

/** Drops what proves nothing any more: its signed prekey is gone, and it cannot be accepted again. */
export function withoutForgotten<S extends PreKeyStore>(store: S): S {
  const isThere = ({ signedPreKeyId }: { readonly signedPreKeyId: number }): boolean => store.signedPreKeys.some((key) => key.id === signedPreKeyId)
  return { ...store, acceptedInitialMessages: store.acceptedInitialMessages.filter(isThere), initialFloors: store.initialFloors.filter(isThere) }
}

/** Whether so many came under the newest signed prekey that the next one is made early. */
export const isUnderPressure = ({ signedPreKeys: [newest], acceptedInitialMessages }: PreKeyStore): boolean =>
  acceptedInitialMessages.filter(({ signedPreKeyId }) => signedPreKeyId === newest?.id).length >= LIMITS.preKeyPressure

const added = <M extends Memory>(memory: M, message: AcceptedInitialMessage): M => ({
  ...memory,
  acceptedInitialMessages: [...memory.acceptedInitialMessages, message],
})

/** The texts of the devices that are known: each is asked for once. */
function knownOnes(messages: readonly AcceptedInitialMessage[], isKnown: IsKnown): ReadonlySet<string> {
  const devices = new Map(messages.map(({ device }) => [toBase64url(device), device]))
  return new Set([...devices].flatMap(([text, device]) => (isKnown(device) ? [text] : [])))
}

function ofMost(messages: readonly AcceptedInitialMessage[]): readonly AcceptedInitialMessage[] {
  const byDevice = Map.groupBy(messages, ({ device }) => toBase64url(device))
  return [...byDevice.values()].reduce((most, each) => (each.length > most.length ? each : most), [])
}

const oldest = (messages: readonly AcceptedInitialMessage[]): AcceptedInitialMessage | undefined =>
  messages.reduce<AcceptedInitialMessage | undefined>((first, each) => (first === undefined || each.openedMs < first.openedMs ? each : first), undefined)

function forgotten<M extends Memory>(memory: M, message: AcceptedInitialMessage | undefined, device: DeviceId | null): M {
  if (message === undefined) return memory
  const { signedPreKeyId, openedMs } = message
  const isSame = (floor: InitialFloor): boolean =>
    floor.signedPreKeyId === signedPreKeyId && (device === null ? floor.device === null : floor.device !== null && equalBytes(floor.device, device))
  const before = memory.initialFloors.find(isSame)
  const floor = before !== undefined && before.openedMs >= openedMs ? before : { signedPreKeyId, device, openedMs }
  return {
    ...memory,
    acceptedInitialMessages: memory.acceptedInitialMessages.filter((each) => each !== message),
    initialFloors: before === floor ? memory.initialFloors : [...memory.initialFloors.filter((each) => each !== before), floor],
  }
}
