/**
 * Erases what has expired. Records of one retention expire in the order in which they were stored, so each partition has
 * a place for each retention, before which nothing is left to expire, and which moves on.
 */
import { decode, fromBase64url, type MailboxId } from '@sotto/wire'
import type { DiskBudget } from './disk-budget.ts'
import { type Place, partsOf, placeOf, streamOf, sweptSubject, SHARED_STREAM } from './layout.ts'
import type { Kept, NatsLink } from './nats-link.ts'
import { publishedForm, type Retention, RETENTIONS, storedForm } from './stored-forms.ts'

export interface Sweeper {
  /** Erases up to `most` messages that have expired, in the partitions that `isOurs`, and returns how many. */
  readonly sweep: (nowMs: number, most: number, isOurs: (partition: number) => boolean) => Promise<number>
}

interface Position {
  /** The last message that was looked at. */
  cursor: number
  /** The next one expires then: nobody need look earlier. */
  notBeforeMs: number
  /** Where it was when it was last written down. */
  kept: number
}

/** Messages that are looked at for one that is erased, in one sweep: others' are passed over. A guess. */
const LOOKED_FOR_EACH = 10
/** Messages that are looked at again after a restart at most: a second's work. A guess. */
const KEPT_EVERY = 5_000

export function createSweeper(options: {
  readonly link: NatsLink
  readonly disk: DiskBudget
  readonly partitions: number
  /** Erases the prekeys of an inbox. */
  readonly dropKeys: (place: Place) => Promise<void>
}): Sweeper {
  const { link, disk, partitions, dropKeys } = options
  const positions = new Map<string, Position>()

  /** What kind of retention a message has and when it ends; null: it has none of its own. */
  const retentionOf = ({ subject, data }: Kept): { readonly retention: Retention; readonly expiresMs: number } | null => {
    const { what } = partsOf(subject)
    if (what === 'key') return null
    if (what === 'publication') return { retention: 'others', expiresMs: decode(publishedForm, data)?.expiresMs ?? 0 }
    const form = decode(storedForm, data)
    return { retention: RETENTIONS[form?.retention ?? 0] ?? 'others', expiresMs: form?.expiresMs ?? 0 }
  }

  const eraseOne = async (partition: number, kept: Kept): Promise<boolean> => {
    const { what, name } = partsOf(kept.subject)
    const mailbox = fromBase64url(name) as MailboxId | undefined
    if (what === 'publication' && mailbox !== undefined) {
      const place = placeOf(mailbox, partitions)
      const newest = await link.lastOfLeader(place.stream, place.publication)
      // One that was renewed: only this older form of it goes.
      if (newest?.cursor === kept.cursor) {
        await dropKeys(place)
        return true
      }
    }
    if (!(await link.erase(streamOf(partition), kept.cursor))) return false
    disk.giveBack(kept.data.length)
    return true
  }

  const positionOf = async (partition: number, retention: Retention): Promise<Position> => {
    const name = `${partition} ${retention}`
    const known = positions.get(name)
    if (known !== undefined) return known
    // What others' messages leave behind them is gone, so their place is the stream's first.
    const kept = retention === 'others' ? null : await link.lastOfLeader(SHARED_STREAM, sweptSubject(partition, retention))
    const cursor = kept === null ? 0 : Number(new TextDecoder().decode(kept.data)) || 0
    const position: Position = { cursor, notBeforeMs: -Infinity, kept: cursor }
    positions.set(name, position)
    return position
  }

  const keepPosition = async (partition: number, retention: Exclude<Retention, 'others'>, position: Position): Promise<void> => {
    if (position.cursor - position.kept < KEPT_EVERY) return
    position.kept = position.cursor
    await link.publish(sweptSubject(partition, retention), new TextEncoder().encode(String(position.cursor)))
  }

  const sweepOne = async (partition: number, retention: Retention, nowMs: number, most: number): Promise<number> => {
    const position = await positionOf(partition, retention)
    if (nowMs < position.notBeforeMs) return 0
    let erased = 0
    for (let looked = 0; erased < most && looked < most * LOOKED_FOR_EACH; looked++) {
      const kept = await link.next(streamOf(partition), '>', position.cursor + 1)
      if (kept === null) break
      const due = retentionOf(kept)
      if (due?.retention === retention) {
        if (due.expiresMs > nowMs) {
          position.notBeforeMs = due.expiresMs
          break
        }
        if (await eraseOne(partition, kept)) erased += 1
      }
      position.cursor = kept.cursor
    }
    if (retention !== 'others') await keepPosition(partition, retention, position)
    return erased
  }

  return {
    sweep: async (nowMs, most, isOurs) => {
      let erased = 0
      for (let partition = 0; partition < partitions; partition++) {
        if (!isOurs(partition)) continue
        for (const retention of RETENTIONS) {
          if (erased < most) erased += await sweepOne(partition, retention, nowMs, most - erased)
        }
      }
      return erased
    },
  }
}
