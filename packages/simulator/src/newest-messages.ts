/** The messages that a peer has, from its disk. */
import { messageRecord } from '@sotto/core/inside'
import { decode, type Decoded, type OperationId, toBase64url } from '@sotto/wire'
import { saidWithShown } from './said-with.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import { isVanishing } from './vanishing-watch.ts'

export interface Shown {
  readonly envelope: string
  readonly text: string
  readonly own: boolean
  readonly timeMs: number
  readonly saidWith: string | null
  /** Heads of the log where it was sealed; none if only its content came. */
  readonly frontier: readonly OperationId[]
}

/** Of what vanishes, and of what was passed on, nothing: they are judged by themselves (`vanishing-watch.ts`, `history-watch.ts`). */
export function shownIn(value: Uint8Array): readonly Shown[] {
  const record: Decoded<typeof messageRecord> | undefined = decode(messageRecord, value)
  if (record?.body.kind !== 'text' || record.passedOnBy !== null || isVanishing(record.body.text)) return []
  return [
    {
      envelope: toBase64url(record.envelope),
      text: record.body.text,
      own: record.own,
      timeMs: record.timeMs,
      saidWith: saidWithShown(record.body),
      frontier: record.sealed?.frontier ?? [],
    },
  ]
}

/** How many of the texts that an author had seen are checked. */
const SEEN_LAST = 16

/** A peer's newest texts. */
export const newestTexts = (peer: SimulatedPeer, group: string): readonly string[] =>
  peer.readNewest(`messages/${group}`, SEEN_LAST).flatMap(({ value }) => shownIn(value).map(({ text }) => text))

/** The ids of those messages. */
export const newestIds = (peer: SimulatedPeer, group: string): readonly string[] =>
  peer.readNewest(`messages/${group}`, SEEN_LAST).flatMap(({ id, value }) => (shownIn(value).length > 0 ? [id] : []))

/** The ids of those messages that are the peer's own. */
export const newestOwnIds = (peer: SimulatedPeer, group: string): readonly string[] =>
  peer.readNewest(`messages/${group}`, SEEN_LAST).flatMap(({ id, value }) => (shownIn(value).some(({ own }) => own) ? [id] : []))

/** The ids of those messages that are another's. */
export const newestOthersIds = (peer: SimulatedPeer, group: string): readonly string[] =>
  peer.readNewest(`messages/${group}`, SEEN_LAST).flatMap(({ id, value }) => (shownIn(value).some(({ own }) => !own) ? [id] : []))
