/**
 * What a person does who can write to a disk and has no key, while its device is off: rows are deleted, copied over others, or put
 * back as they were when the disk was copied. Which row is which is not to be seen.
 */
import type { MemoryStorage } from '@sotto/engine'
import { equalBytes } from '@sotto/wire'
import type { SeededRandom } from '../seeded-random.ts'

/** `sameRows` is the control: what is there is written once more. */
export type DiskAct = 'deleteRow' | 'olderRow' | 'olderRows' | 'copyRow' | 'sameRows'

export type Rows = ReadonlyMap<string, Uint8Array>

type Change = readonly [name: string, sealed: Uint8Array | null]

/** Writes to the disk. `copied`: the rows at an earlier time, none if nobody copied them. How many rows are others than before. */
export function writeDisk(disk: MemoryStorage, act: DiskAct, copied: Rows, random: SeededRandom): number {
  const now = disk.loadNow()
  const changes = CHANGES[act](now, copied, random)
  disk.commitNow({ rows: changes.map(([key, value]) => ({ key, value })), histories: [], dropHistories: [] })
  disk.sync()
  return changes.filter(([name, sealed]) => !isSame(now.get(name), sealed ?? undefined)).length
}

const CHANGES: { readonly [act in DiskAct]: (now: Rows, copied: Rows, random: SeededRandom) => readonly Change[] } = {
  deleteRow: (now, _copied, random) => [[random.pick([...now.keys()]), null]],
  olderRow: (now, copied, random) => {
    const older = olderThan(now, copied)
    return older.length === 0 ? [] : [random.pick(older)]
  },
  // Not all of them: where no row is new since, that would be the whole older copy, which nothing shows.
  olderRows: (now, copied, random) => {
    const older = olderThan(now, copied)
    const stays = random.below(Math.max(1, older.length))
    return older.filter((_, i) => i !== stays && random.chance(0.5))
  },
  copyRow: (now, _copied, random) => {
    const [from, to] = [random.pick([...now.values()]), random.pick([...now.keys()])]
    return [[to, from]]
  },
  sameRows: (now) => [...now],
}

/** Rows that are others now, or gone. */
const olderThan = (now: Rows, copied: Rows): readonly Change[] => [...copied].filter(([name, sealed]) => !isSame(now.get(name), sealed))

const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one === undefined || other === undefined ? one === other : equalBytes(one, other)
