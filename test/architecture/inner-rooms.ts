/** The rooms inside a package and their order, compared with the imports: the checker of `INNER_ROOMS` in `rooms.ts`. */
import { type InnerRoom, type InnerRooms } from './rooms.ts'

/** One file and its imports of ours, by paths from the root. */
export interface ImportingFile {
  readonly file: string
  readonly targets: readonly string[]
}

/** A file's place in a package: its room's folder, or its own name at the top of the package. */
function placeIn(source: string, file: string): string | null {
  if (!file.startsWith(`${source}/`)) return null
  return file.slice(source.length + 1).split('/')[0] ?? null
}

/**
 * What is wrong with the imports inside a package, a sentence each. A file in a room imports from its own room and from
 * those that its row names. Files at the top of the package, folders without a row, and tests are free.
 */
export function innerObjections({ source, rooms }: InnerRooms, files: readonly ImportingFile[]): readonly string[] {
  const byName = new Map(rooms.map((room) => [room.name, room]))
  return files.flatMap(({ file, targets }) => {
    const room = byName.get(placeIn(source, file) ?? '')
    if (room === undefined || file.endsWith('.test.ts')) return []
    return targets.flatMap((target) => objection(source, room, file, target) ?? [])
  })
}

function objection(source: string, room: InnerRoom, file: string, target: string): string | null {
  const place = placeIn(source, target)
  if (place === null || place === room.name || room.imports.includes(place)) return null
  return `${file} imports ${target}, which ${room.name}/ may not`
}

/** What is wrong with a table itself: a row may name only rows below it, so that no circle is possible. */
export function tableObjections({ source, rooms }: InnerRooms): readonly string[] {
  return rooms.flatMap(({ name, imports }, at) => {
    const below = rooms.slice(at + 1).map((room) => room.name)
    return imports.filter((other) => !below.includes(other)).map((other) => `${source}: ${name}/ names ${other}, which is not below it`)
  })
}
