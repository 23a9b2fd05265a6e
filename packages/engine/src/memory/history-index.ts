/**
 * The order of one history's records, kept in memory. Every storage adapter needs it to page through a history whose
 * sort keys the disk may not show.
 */
import type { HistoryQuery } from '../ports.ts'

/** A query of one history. */
export type OneHistoryQuery = Exclude<HistoryQuery, { readonly kind: 'across' }>

/** A record's place in its history. */
export interface HistoryPlace {
  readonly id: string
  readonly order: string
}

export interface HistoryIndex {
  /** Adds a record, or moves it to a new place. */
  readonly put: (place: HistoryPlace) => void
  /** Takes a record out, if it is there. */
  readonly remove: (id: string) => void
  /** The record's place, or `undefined` if the history has no record of this id. */
  readonly find: (id: string) => HistoryPlace | undefined
  /** The places that a query matches, in its order. */
  readonly select: (query: OneHistoryQuery) => readonly HistoryPlace[]
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** By order, then by id, both by UTF-16 code units, so that equal orders have one sequence everywhere. */
const comparePlaces = (a: HistoryPlace, b: HistoryPlace): number => compareTexts(a.order, b.order) || compareTexts(a.id, b.id)

/** An index of these records, which may come in any order. */
export function createHistoryIndex(places: Iterable<HistoryPlace> = []): HistoryIndex {
  const byId = new Map<string, HistoryPlace>()
  for (const place of places) byId.set(place.id, place)
  const sorted = [...byId.values()].sort(comparePlaces)

  /** The number of places before the first one for which `reached` holds. */
  const count = (reached: (place: HistoryPlace) => boolean): number => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const place = sorted[middle]
      if (place === undefined || reached(place)) high = middle
      else low = middle + 1
    }
    return low
  }

  const remove = (id: string): void => {
    const place = byId.get(id)
    if (place === undefined) return
    byId.delete(id)
    sorted.splice(
      count((other) => comparePlaces(other, place) >= 0),
      1,
    )
  }

  return {
    put: ({ id, order }) => {
      const place = { id, order }
      remove(id)
      byId.set(id, place)
      sorted.splice(
        count((other) => comparePlaces(other, place) >= 0),
        0,
        place,
      )
    },
    remove,
    find: (id) => byId.get(id),
    select: (query) => {
      if (query.kind === 'byId') {
        return query.ids.flatMap((id) => byId.get(id) ?? [])
      }
      const { beyond, limit } = query
      if (query.direction === 'newer') {
        const start = beyond === null ? 0 : count((place) => place.order > beyond)
        return sorted.slice(start, start + limit)
      }
      const end = beyond === null ? sorted.length : count((place) => place.order >= beyond)
      return sorted.slice(Math.max(0, end - limit), end).reverse()
    },
  }
}
