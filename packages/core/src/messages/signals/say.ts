/** When signals are said, and which of those that are heard is worth a look (PROTOCOL §7). */
import { type DeviceId, LIMITS, type SignalBody, type UnsignedSignal } from '@sotto/wire'
import { currentEpochs, type OpenEpoch } from '../../epochs/epoch-keys.ts'
import { saySignal } from '../../epochs/signals.ts'
import { isBlockedChat } from '../../groups/blocked.ts'
import { rosterOf } from '../../groups/group-log.ts'
import { relayNowMs } from '../../links/relay-time.ts'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { SIGNAL_BUDGET, SIGNAL_HEARD, SIGNAL_SAID } from '../../state/tables/messages.ts'

/** The current epochs of all groups but those with a blocked person alone: who is blocked is told nothing there. */
export const epochsToSayIn = (context: Context): readonly OpenEpoch[] => currentEpochs(context).filter(({ group }) => !isBlockedChat(context, group))

/** A group's current epoch, as long as something is said there. */
export const epochToSayIn = (context: Context, group: string): OpenEpoch | undefined => epochsToSayIn(context).find((each) => each.group === group)

/** Says something to the members who are connected. Signals of a device have times that grow, also where a clock was put back. */
export function sayNow(context: Context, epoch: OpenEpoch, body: SignalBody): void {
  const atMs = Math.max(relayNowMs(context), (context.transaction.get(SIGNAL_SAID, 'self') ?? 0) + 1)
  context.transaction.put(SIGNAL_SAID, ['self'], atMs)
  saySignal(context, epoch, body, atMs, true)
}

/** In larger groups signals are rare: they cost the square of the members. */
export const isSmall = (context: Context, group: string): boolean => rosterOf(context, group).members.length <= LIMITS.signalMembers

/**
 * Whether a signal is of now and after the last one of its kind and device. What was recorded and is played back is not, also after
 * a start, when nothing is remembered: clocks are compared by the relays' time, since a person's may be wrong.
 */
export function isOfNow(context: Context, group: string, { device, atMs, body }: UnsignedSignal): boolean {
  const lastMs = context.transaction.get(SIGNAL_HEARD, group, textOf(device), body.kind) ?? 0
  return atMs > lastMs && Math.abs(atMs - relayNowMs(context)) <= LIMITS.signalFreshMs
}

/** Remembers its time: earlier ones of its kind count no more. */
export const noteHeard = (context: Context, group: string, { device, atMs, body }: UnsignedSignal): void =>
  context.transaction.put(SIGNAL_HEARD, [group, textOf(device), body.kind], atMs)

/** Takes one of the group's verifications: a member that floods it costs no more than that. Whose a signal is shows only afterwards. */
export function mayVerify(context: Context, group: string): boolean {
  const before = context.transaction.get(SIGNAL_BUDGET, group) ?? { left: LIMITS.signalsHeard, atMs: context.nowMs }
  const passedMs = context.nowMs - before.atMs
  // A clock that was put back gives nothing and takes nothing.
  const more = passedMs < 0 ? 0 : Math.floor(passedMs / LIMITS.signalHeardMs)
  const left = Math.min(LIMITS.signalsHeard, before.left + more)
  const atMs = passedMs < 0 ? context.nowMs : before.atMs + more * LIMITS.signalHeardMs
  context.transaction.put(SIGNAL_BUDGET, [group], { left: Math.max(0, left - 1), atMs })
  return left > 0
}

/** The account of a present member's device. */
export function memberBehind(context: Context, group: string, device: DeviceId): string | undefined {
  const roster = rosterOf(context, group)
  const account = roster.deviceOf(device) === undefined ? undefined : roster.accountOf(device)
  return account === undefined ? undefined : textOf(account)
}
