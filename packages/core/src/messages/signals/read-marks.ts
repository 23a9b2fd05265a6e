/**
 * Up to where people have read (PROTOCOL §7, §13.44). A mark is for the messages of one author: an author's messages come in its
 * order, so who read one has the earlier ones too, and a message that waits elsewhere is in nobody's mark.
 */
import { hasNumber } from '@sotto/sync'
import { fromBase64url, LIMITS, type ReadMark } from '@sotto/wire'
import type { ReadView } from '../../contract/pages.ts'
import type { OpenEpoch } from '../../epochs/epoch-keys.ts'
import { isHeardBySome } from '../../epochs/signals.ts'
import { rosterOf } from '../../groups/group-log.ts'
import { sealedBeforeUs } from '../../groups/sealed-before.ts'
import { isAfter } from '../../identity/clock.ts'
import { selfOf } from '../../identity/profile.ts'
import { privacyOf } from '../../identity/settings.ts'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { sortable } from '../../state/table.ts'
import { type Undecryptable, UNDECRYPTABLE } from '../../state/tables/cipher.ts'
import { MEMBERSHIP_LOG } from '../../state/tables/groups.ts'
import { type Place, PLACE, READ_BY, type ReadBy, READ_SAID, READ_UP_TO } from '../../state/tables/messages.ts'
import { setTimer } from '../../state/timers.ts'
import { orderOf, placeOf } from '../conversation-order.ts'
import { epochsToSayIn, isSmall, sayNow } from './say.ts'

/** How a mark names a device, which is also how the sort keys of its messages end. */
const authorOf = (device: Uint8Array): string => textOf(device).slice(0, AUTHOR_CHARACTERS)
const AUTHOR_CHARACTERS = 8
const authorOfPlace = ({ end }: Place): string => end.slice(0, AUTHOR_CHARACTERS)

/** Our person has read everything that is here now. Where it does not let others know, nothing is noted for later either. */
export function noteRead(context: Context, group: string): void {
  if (!privacyOf(context).readReceipts) return
  const own = authorOf(selfOf(context).device)
  const last = new Map<string, Place>()
  for (const { value } of context.transaction.scan(PLACE, group)) {
    const before = last.get(authorOfPlace(value))
    if (before === undefined || isAfter(value, before)) last.set(authorOfPlace(value), value)
  }
  const awaited = authorsAwaited(context, group)
  for (const [author, { tag, timeMs, counter }] of last) {
    const before = context.transaction.get(READ_UP_TO, group, author)
    if (author === own || awaited.has(author) || (before !== undefined && !isAfter({ timeMs, counter }, before))) continue
    context.transaction.put(READ_UP_TO, [group, author], { message: tag, timeMs, counter, readMs: context.nowMs, isSaid: false })
    setTimer(context, 'readMarks', nextMs(context, group), 'earliest')
  }
}

const MAY_OPEN_YET: readonly Undecryptable['cause'][] = ['keyNotYetReceived', 'senderUnreachable', 'operationsMissing']

/** Authors of whom a message is here that may be opened yet. A mark for a later one would say that it was read: it waits until then. */
function authorsAwaited(context: Context, group: string): ReadonlySet<string> {
  const { transaction } = context
  const waiting = transaction.scan(UNDECRYPTABLE, group).filter(({ value }) => MAY_OPEN_YET.includes(value.cause))
  const log = transaction.get(MEMBERSHIP_LOG, group)
  if (waiting.length === 0 || log === undefined) return new Set()
  const own = selfOf(context).device
  const isForUs = ({ epoch, device, keyId, iteration }: Undecryptable): boolean =>
    !hasNumber(sealedBeforeUs(transaction, log, own, [group, textOf(epoch), textOf(device), String(keyId)]), iteration)
  return new Set(waiting.filter(({ value }) => isForUs(value)).map(({ value }) => authorOf(value.device)))
}

/** When it may be said next: soon after it was read, as the next message is mostly read too, and in a larger group more seldom. */
function nextMs(context: Context, group: string): number {
  const everyMs = Math.max(LIMITS.readMarksMs, LIMITS.readMarksOfMemberMs * rosterOf(context, group).members.length)
  const saidMs = context.transaction.get(READ_SAID, group) ?? -Infinity
  return saidMs > context.nowMs ? context.nowMs : Math.max(context.nowMs + TOGETHER_MS, saidMs + everyMs)
}

/** How long what was read waits for more to go with it. A guess. */
const TOGETHER_MS = 500

/** Says what was read and not said yet. What nobody can hear now waits. */
export function sayReadMarks(context: Context): void {
  for (const epoch of epochsToSayIn(context)) {
    const due = marksOf(context, epoch).filter(({ isSaid }) => !isSaid)
    if (due.length === 0) continue
    if ((context.transaction.get(READ_SAID, epoch.group) ?? 0) > context.nowMs) context.transaction.delete(READ_SAID, epoch.group)
    const atMs = nextMs(context, epoch.group) - TOGETHER_MS
    if (atMs > context.nowMs) setTimer(context, 'readMarks', atMs, 'earliest')
    else say(context, epoch, due)
  }
}

/** Says it again where a member came, or where we did: it may not have been heard. */
export function sayReadMarksAgain(context: Context): void {
  for (const epoch of epochsToSayIn(context)) {
    const marks = marksOf(context, epoch).toSorted((a, b) => b.mark.readMs - a.mark.readMs)
    say(context, epoch, isSmall(context, epoch.group) ? marks.slice(0, LIMITS.readMarksAgain) : marks.filter(({ isSaid }) => !isSaid))
  }
}

interface Marked {
  readonly mark: ReadMark
  readonly isSaid: boolean
}

/** What was read of those who are members now. */
function marksOf(context: Context, { group }: OpenEpoch): readonly Marked[] {
  if (!privacyOf(context).readReceipts) return []
  const present = presentAuthors(context, group)
  return context.transaction.scan(READ_UP_TO, group).flatMap(({ key: [, author = ''], value: { isSaid, ...read } }) => {
    const bytes = present.has(author) ? fromBase64url(author) : undefined
    return bytes === undefined ? [] : [{ mark: { author: bytes, ...read }, isSaid }]
  })
}

const presentAuthors = (context: Context, group: string): ReadonlySet<string> =>
  new Set(rosterOf(context, group).members.flatMap(({ devices }) => devices.map(({ device }) => authorOf(device))))

function say(context: Context, epoch: OpenEpoch, marks: readonly Marked[]): void {
  if (marks.length === 0 || !isHeardBySome(context, epoch)) return
  for (let i = 0; i < marks.length; i += LIMITS.readMarks)
    sayNow(context, epoch, { kind: 'read', marks: marks.slice(i, i + LIMITS.readMarks).map(({ mark }) => mark) })
  context.transaction.put(READ_SAID, [epoch.group], context.nowMs)
  for (const { mark, isSaid } of marks) {
    const { author, ...read } = mark
    if (!isSaid) context.transaction.put(READ_UP_TO, [epoch.group, textOf(author)], { ...read, isSaid: true })
  }
}

/** A member is connected by now: what waits is said. */
export function readMarksHeard(context: Context): void {
  if (context.transaction.scan(READ_UP_TO).some(({ value }) => !value.isSaid)) setTimer(context, 'readMarks', context.nowMs + TOGETHER_MS, 'earliest')
}

/** The marks among these that say of our own messages what we have not heard yet. They cost nothing to look at. */
export function unheardIn(context: Context, group: string, account: string, marks: readonly ReadMark[]): readonly ReadMark[] {
  const own = authorOf(selfOf(context).device)
  if (!privacyOf(context).readReceipts) return []
  const known = context.transaction.get(READ_BY, group, account)?.order ?? ''
  return marks.filter((mark) => textOf(mark.author) === own && (orderIn(context, group, mark, own) ?? '') > known)
}

/** A member says up to where it has read. It can say too much of itself, and nothing else; what it said before stays. */
export function hearRead(context: Context, group: string, account: string, marks: readonly ReadMark[]): void {
  const own = authorOf(selfOf(context).device)
  for (const mark of unheardIn(context, group, account, marks)) {
    const before = context.transaction.get(READ_BY, group, account) ?? NOTHING_READ
    const order = orderIn(context, group, mark, own) ?? ''
    if (order <= before.order) continue
    const readMs = Math.min(mark.readMs, context.nowMs)
    context.transaction.put(READ_BY, [group, account], { ...before, message: textOf(mark.message), order, before: before.order, readMs })
  }
}

const NOTHING_READ: ReadBy = { from: '', message: '', order: '', before: '', readMs: 0 }

/** The sort key of the own message that a mark names. Of messages whose places are no longer remembered, it is as the mark says. */
function orderIn(context: Context, group: string, { message, timeMs, counter }: ReadMark, own: string): string | undefined {
  const place = placeOf(context, group, message)
  if (place !== undefined) return authorOfPlace(place) === own ? orderOf(place) : undefined
  const kept = context.transaction.scan(PLACE, group).map(({ value }) => value)
  if (kept.length < LIMITS.placedMessages || kept.some((each) => !isAfter(each, { timeMs, counter }))) return undefined
  return `${sortable(timeMs)}.${sortable(counter)}.${own}${LAST_END}`
}

/** Sorts after every end of a sort key. */
const LAST_END = '~'

/** A member came: nothing that was said before was for it. */
export function noteCame(context: Context, group: string, account: string): void {
  const places = context.transaction.scan(PLACE, group).map(({ value }) => orderOf(value))
  const from = places.reduce((last, each) => (each > last ? each : last), '')
  context.transaction.put(READ_BY, [group, account], { ...NOTHING_READ, from: from === '' ? '' : `${from}${LAST_END}` })
}

/** Forgets up to where those have read, and those were read, who are no members any more. */
export function forgetReadMarks(context: Context, group: string): void {
  const roster = rosterOf(context, group)
  const accounts = new Set(roster.members.map(({ account }) => textOf(account)))
  const authors = presentAuthors(context, group)
  for (const { key } of context.transaction.scan(READ_BY, group)) if (!accounts.has(key[1] ?? '')) context.transaction.delete(READ_BY, ...key)
  for (const { key } of context.transaction.scan(READ_UP_TO, group)) if (!authors.has(key[1] ?? '')) context.transaction.delete(READ_UP_TO, ...key)
}

/** Up to where a member has read. The message may have moved since. */
export function readBy(context: Pick<Context, 'transaction'>, group: string, account: string): ReadView {
  const { from, message, order, before, readMs } = context.transaction.get(READ_BY, group, account) ?? NOTHING_READ
  const slot = message === '' ? undefined : fromBase64url(message)
  const place = slot === undefined ? undefined : placeOf(context, group, slot)
  const now = place === undefined ? '' : orderOf(place)
  return { from, upTo: now > order ? now : order, since: before, atMs: readMs }
}
