/** What of a picture was removed, in the kinds that a person understands. */
export type RemovedKind =
  /** Where it was taken. */
  | 'place'
  /** With which camera, lens, settings or program. */
  | 'camera'
  /** When it was taken or changed. */
  | 'time'
  /** Smaller or other pictures inside: previews, a depth map, the film of a motion photo. */
  | 'thumbnails'
  /** Titles, descriptions, keywords, comments. */
  | 'text'
  /** Who took it, owns it or may use it. */
  | 'author'
  | 'other'

const ORDER: readonly RemovedKind[] = ['place', 'camera', 'time', 'thumbnails', 'text', 'author', 'other']

/** Collects kinds, each once and in one order. */
export interface Removed {
  add(...kinds: readonly RemovedKind[]): void
  kinds(): readonly RemovedKind[]
}

export function removedKinds(): Removed {
  const found = new Set<RemovedKind>()
  return {
    add(...kinds) {
      for (const kind of kinds) found.add(kind)
    },
    kinds: () => ORDER.filter((kind) => found.has(kind)),
  }
}
