/**
 * Messages that are known to exist and did not come (PROTOCOL §3). They were skipped in the chain of a key, or counted by
 * the first message of the owner's next key. After a while they are asked for like a missing key. If no device can provide
 * them, they reach a final state that the person is shown.
 */
import { MOST_ITERATIONS } from '@sotto/crypto'
import { difference, NOTHING, unite } from '@sotto/sync'
import { type ContentHeader, LIMITS, type Ranges, type ReceivedSet } from '@sotto/wire'
import { logOf, rosterOf } from '../../groups/group-log.ts'
import { touch } from '../../groups/group-row.ts'
import { sealedBeforeUs } from '../../groups/sealed-before.ts'
import { selfOf } from '../../identity/profile.ts'
import type { Context } from '../../state/context.ts'
import { type KeyName, type MessagePlace, textOf } from '../../state/names.ts'
import { EPOCH } from '../../state/tables/groups.ts'
import { RECEIVED } from '../../state/tables/cipher.ts'
import { ABSENT, GAP, KEY_REQUEST } from '../../state/tables/repair.ts'
import { setTimer } from '../../state/timers.ts'
import { cipherOf, type KeyReach, type Reading } from '../group-cipher.ts'
import { undecryptableUnder } from '../undecryptable.ts'

const reachOf = (context: Context, name: KeyName): KeyReach | undefined => cipherOf(context, name[0]).reachOf(context, name)

const NO_GAP = { messages: null, refused: NOTHING, gone: NOTHING, absent: NOTHING } as const

/** Iterations under a key that we believe were sealed, that we were meant to have, and that are not here. */
export function missingUnder(context: Context, name: KeyName): Ranges {
  const { transaction } = context
  const gap = transaction.get(GAP, ...name) ?? NO_GAP
  const reach = reachOf(context, name)
  const received = transaction.get(RECEIVED, ...name) ?? NOTHING
  // Resent contents may be older than the key that we have, or the key never came. What lies between or before them may be
  // missing too. What came and was not meant for us says nothing of that.
  const from = Math.min(reach?.from ?? 0, difference(received, gap.refused)[0]?.from ?? Number.POSITIVE_INFINITY)
  // A key of an epoch that we were never in: we were admitted during it, and our welcome came after its end. We cannot read
  // its envelopes. The owner knows what it meant for us.
  const isElsewhere = reach?.mayHoldMore === true && transaction.get(EPOCH, name[0], name[1]) === undefined
  const told = Math.max(reach?.next ?? 0, (received.at(-1)?.to ?? -1) + 1)
  const end = Math.max(told, gap.messages ?? 0, isElsewhere ? Math.min(from + LIMITS.rotateAfterMessages, MOST_ITERATIONS) : 0)
  if (end <= from) return NOTHING
  const had = unite(received, unite(gap.refused, gap.gone))
  return difference([{ from, to: end - 1 }], had)
}

/** An envelope was opened beyond the next of its key. What lies between is asked for, unless it comes by itself. */
export function noteGap(context: Context, name: KeyName): void {
  askLater(context, name, LIMITS.gapAfterMs)
}

/** Keys rotate after half of this, so an author's count up to this may be true. Asking for more would be in vain. */
const MOST_COUNTED = 2 * LIMITS.rotateAfterMessages

/** The first message of a key says how many the key before sealed. That is the author's claim, accepted as far as it can be true. */
export function noteCount(context: Context, { group, epoch, device, keyId, iteration }: MessagePlace, before: NonNullable<ContentHeader['before']>): void {
  const name: KeyName = [group, epoch, textOf(device), String(before.keyId)]
  const gap = context.transaction.get(GAP, ...name) ?? NO_GAP
  const most = Math.max(MOST_COUNTED, reachOf(context, name)?.next ?? 0)
  if (gap.messages !== null || iteration !== 0 || before.keyId >= keyId || before.messages > most) return
  context.transaction.put(GAP, [...name], { ...gap, messages: before.messages })
  if (missingUnder(context, name).length > 0) askLater(context, name, LIMITS.gapAfterMs)
}

/** Whether we know, miss or ask for anything of a key. Claims about other keys are answers to nothing, and there is no end to them. */
const isOfConcern = (context: Context, name: KeyName): boolean =>
  context.transaction.get(GAP, ...name) !== undefined || reachOf(context, name) !== undefined || context.transaction.get(KEY_REQUEST, ...name) !== undefined

/** The owner says that these were never meant for us. */
export function noteRefused(context: Context, name: KeyName, refused: Ranges): void {
  if (refused.length === 0 || !isOfConcern(context, name)) return
  const gap = context.transaction.get(GAP, ...name) ?? NO_GAP
  context.transaction.put(GAP, [...name], {
    ...gap,
    refused: unite(gap.refused, refused).slice(0, LIMITS.rangesPerKey),
    absent: difference(gap.absent, refused).slice(0, LIMITS.rangesPerKey),
  })
}

/** The owner hands out a key: from here on its messages are meant for us, whatever it said before it had that key. */
export function noteMeant(context: Context, name: KeyName, from: number): void {
  const gap = context.transaction.get(GAP, ...name)
  if (gap === undefined) return
  const before = from === 0 ? NOTHING : [{ from: 0, to: from - 1 }]
  const below = (ranges: Ranges): Ranges => difference(ranges, difference(ranges, before))
  context.transaction.put(GAP, [...name], { ...gap, refused: below(gap.refused), gone: below(gap.gone) })
}

/** The owner no longer has these. Those that we know to exist are lost for good, and the person is shown that. */
export function noteGone(context: Context, name: KeyName, gone: Ranges): void {
  // Of an epoch that we were never in we only guess what there was.
  if (context.transaction.get(EPOCH, name[0], name[1]) === undefined) return noteRefused(context, name, gone)
  const missing = missingUnder(context, name)
  const lost = difference(missing, difference(missing, gone))
  if (lost.length === 0) return
  const gap = context.transaction.get(GAP, ...name) ?? NO_GAP
  context.transaction.put(GAP, [...name], {
    ...gap,
    gone: unite(gap.gone, lost).slice(0, LIMITS.rangesPerKey),
    absent: difference(gap.absent, lost).slice(0, LIMITS.rangesPerKey),
  })
}

/** Every device that could provide these has been asked. They show as unreachable until they come after all. */
export function noteAbsent(context: Context, name: KeyName, absent: Ranges): void {
  if (absent.length === 0) return
  const gap = context.transaction.get(GAP, ...name) ?? NO_GAP
  context.transaction.put(GAP, [...name], { ...gap, absent: absent.slice(0, LIMITS.rangesPerKey) })
  markAbsent(context, name)
}

/**
 * A member has these, and had the time to send them. If a removed or departed member wrote one and its envelope did not come,
 * that member got it in private and cannot pass it on. The person is shown that it exists.
 */
export function noteReceivedByOthers(context: Context, group: string, epoch: string, received: readonly ReceivedSet[]): void {
  const roster = rosterOf(context, group)
  for (const { device, keyId, iterations } of received) {
    // A present member's device repairs this itself.
    if (roster.deviceOf(device) !== undefined) continue
    const name: KeyName = [group, epoch, textOf(device), String(keyId)]
    if (!isOfConcern(context, name) && undecryptableUnder(context, name).length === 0 && !isHearsay(context, name)) continue
    const gap = context.transaction.get(GAP, ...name) ?? NO_GAP
    const from = reachOf(context, name)?.from ?? 0
    const notMeant = from === 0 ? NOTHING : [{ from: 0, to: from - 1 }]
    const known = [
      context.transaction.get(RECEIVED, ...name) ?? NOTHING,
      gap.refused,
      gap.gone,
      gap.absent,
      notMeant,
      cipherOf(context, group).sealsEnvelopes ? NOTHING : sealedBeforeUs(context.transaction, logOf(context, group), selfOf(context).device, name),
      [{ from: MOST_COUNTED, to: MOST_ITERATIONS }],
    ].reduce(unite)
    const lacking = difference(iterations, known)
    if (lacking.length === 0) continue
    noteAbsent(context, name, unite(gap.absent, lacking))
    touch(context, group)
  }
}

/** Keys of one device in an epoch that are believed to exist because another member says so. A guess. */
const KEYS_BY_HEARSAY = 16

/** Where each device gets copies of its own, nothing else than another member's word may say that there were any. */
const isHearsay = (context: Context, [group, epoch, device]: KeyName): boolean =>
  !cipherOf(context, group).sealsEnvelopes && context.transaction.scan(GAP, group, epoch, device).length < KEYS_BY_HEARSAY

function markAbsent(context: Context, [group, epoch, device, keyId]: KeyName): void {
  context.transaction.put(ABSENT, [group, device, epoch, keyId], true)
}

/** After a start: finds the keys under which something was given up. */
export function indexAbsent(context: Context): void {
  for (const { key, value } of context.transaction.scan(GAP)) if (value.absent.length > 0) markAbsent(context, key as unknown as KeyName)
}

/** A device that could not be reached wrote again: what was given up under its keys is asked for again. */
export function reviveAbsent(context: Context, group: string, device: string): void {
  for (const { key } of context.transaction.scan(ABSENT, group, device)) {
    const [, , epoch = '', keyId = ''] = key
    const name: KeyName = [group, epoch, device, keyId]
    const gap = context.transaction.get(GAP, ...name)
    context.transaction.delete(ABSENT, ...key)
    if (gap === undefined || gap.absent.length === 0) continue
    context.transaction.put(GAP, [...name], { ...gap, absent: NOTHING })
    askLater(context, name, LIMITS.keyRequestAfterMs)
  }
}

/** What was given up under a key and has not come since, without undecryptable envelopes, which are counted already. */
function absentUnder(transaction: Pick<Context['transaction'], 'get' | 'scan'>, name: KeyName, absent: Ranges): Ranges {
  const undecryptable = undecryptableUnder({ transaction }, name).map(({ value }) => ({ from: value.iteration, to: value.iteration }))
  const had = undecryptable.reduce<Ranges>((set, each) => unite(set, [each]), transaction.get(RECEIVED, ...name) ?? NOTHING)
  return difference(absent, had)
}

/** Places that every possible device was asked for, and that none could provide. */
export const givenUp = ({ transaction }: Reading, group: string) =>
  transaction.scan(GAP, group).flatMap(({ key: name, value }) => {
    const key = name as unknown as KeyName
    const of = (given: Ranges, cause: 'senderUnreachable' | 'keyDestroyed') => {
      const iterations = given.length === 0 ? NOTHING : absentUnder(transaction, key, given)
      return iterations.length === 0 ? [] : [{ key, iterations, cause }]
    }
    return [...of(value.absent, 'senderUnreachable'), ...of(value.gone, 'keyDestroyed')]
  })

/** Asks for what is missing under a key after this time, or sooner if that is planned. */
export function askLater(context: Context, name: KeyName, afterMs: number): void {
  const planned = context.transaction.get(KEY_REQUEST, ...name)
  const atMs = context.nowMs + afterMs
  if (planned === undefined) context.transaction.put(KEY_REQUEST, [...name], { attempts: 0, nextMs: atMs })
  else if (planned.attempts === 0 && planned.nextMs > atMs) context.transaction.put(KEY_REQUEST, [...name], { ...planned, nextMs: atMs })
  setTimer(context, 'keyRequests', atMs, 'earliest')
}
