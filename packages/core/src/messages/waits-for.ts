/** What keeps an own message from being sent, for the person to see (PROTOCOL §7.48). */
import type { WaitsFor } from '../contract/message-view.ts'
import { cipherOf } from '../cipher/group-cipher.ts'
import { rosterOf } from '../groups/group-log.ts'
import { personOf } from '../groups/names.ts'
import { awaitedFor, hasNoRoom } from '../links/awaited.ts'
import { isConnected } from '../links/group-relays.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { GROUP } from '../state/tables/groups.ts'
import { type LetterStage, PEER } from '../state/tables/links.ts'
import { type MessageRecord, SENT } from '../state/tables/messages.ts'

/** So many people are named. */
export const NAMED_WAITING = 3

/** null: it is on its way, or it does not wait at all. */
export function waitsFor(context: Context, group: string, { state, sealed }: MessageRecord): WaitsFor | null {
  if (state !== 'sending' || context.transaction.get(GROUP, group)?.state !== 'member') return null
  const sent = sealed === null ? undefined : context.transaction.get(SENT, group, textOf(sealed.epoch), String(sealed.keyId), sortable(sealed.iteration))?.state
  const isAlone = sealed !== null && (sent === 'stored' || !cipherOf(context, group).sealsEnvelopes)
  if (isAlone) return waitsForLetters(context, group, { ...sealed, epoch: textOf(sealed.epoch) })
  if (hasNoRoom(context, group)) return { why: 'room', people: [], isForMore: false }
  return isReachable(context, group) ? null : { why: 'connection', people: [], isForMore: false }
}

/** Whether a relay of the group or a member is connected. */
const isReachable = (context: Context, group: string): boolean =>
  (context.transaction.get(GROUP, group)?.relays ?? []).some((relay) => isConnected(context, relay)) ||
  context.transaction.scan(PEER).some(({ value }) => value.epochs.length > 0)

/** What letters wait for most: the first of these. */
const FIRST: readonly LetterStage[] = ['room', 'relay', 'preKeys']

function waitsForLetters(
  context: Context,
  group: string,
  place: { readonly epoch: string; readonly keyId: number; readonly iteration: number },
): WaitsFor | null {
  const awaited = awaitedFor(context, { group, ...place }, NAMED_WAITING + 1)
  const why = FIRST.find((stage) => awaited.some((each) => each.stage === stage))
  if (why === undefined) return null
  const roster = rosterOf(context, group)
  const accounts = new Map(
    awaited.flatMap(({ device, stage }) => {
      const account = stage === why ? roster.accountOf(device) : undefined
      return account === undefined ? [] : [[textOf(account), account] as const]
    }),
  )
  return { why, people: [...accounts.values()].slice(0, NAMED_WAITING).map((account) => personOf(context, account)), isForMore: awaited.length > accounts.size }
}
