/**
 * Whether two members show messages in the same order (I5). A message from the future is placed where it arrives, and what
 * follows it below that: one of these and a message beside it may be in different orders on two screens (PROTOCOL §7.25).
 * And whether a message may be below one whose author had seen it (I13): where one between the two never came.
 */
import { messageRecord, PLACE, Transaction } from '@sotto/core/inside'
import { decode, toBase64url } from '@sotto/wire'
import { TRAVELLED } from './adversaries/time-travel.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

interface Placed {
  readonly timeMs: number
  readonly counter: number
  /** Those that its author had seen last, as far as they have a place on this screen. */
  readonly seen: readonly string[]
}

/** What a member shows. A message is named by its text, which is its own, or by its id if it has none. */
export interface Screen {
  readonly texts: readonly string[]
  readonly placed: ReadonlyMap<string, Placed>
}

export function screenOf(peer: SimulatedPeer, group: string): Screen {
  const shown = peer.readHistory(`messages/${group}`).flatMap(({ id, value }) => {
    const record = decode(messageRecord, value)
    // What was said before it came is above that, whatever order it has elsewhere.
    return record?.body.kind === 'text' && record.passedOnBy === null ? [[id, record.body.text] as const] : []
  })
  const texts = new Map(shown)
  const places = new Transaction(peer.state).scan(PLACE, group).map(({ value }) => ({ ...value, name: texts.get(value.message) ?? value.message }))
  const names = new Map(places.map(({ tag, name }) => [toBase64url(tag), name]))
  const named = (tags: readonly Uint8Array[]): readonly string[] => tags.flatMap((tag) => names.get(toBase64url(tag)) ?? [])
  return {
    texts: shown.map(([, text]) => text),
    placed: new Map(places.map(({ name, timeMs, counter, seen }) => [name, { timeMs, counter, seen: named(seen) }])),
  }
}

/** Two messages that are in different orders on two screens and may not be, or null. */
export function misplaced(one: Screen, other: Screen): readonly [string, string] | null {
  const here = (name: string): readonly string[] => one.placed.get(name)?.seen ?? []
  const there = (name: string): readonly string[] => other.placed.get(name)?.seen ?? []
  // What moved it on one screen is known there. What holds two in their order has to be known on both.
  const above = following((name) => [...here(name), ...there(name)])
  const aboveOnBoth = following((name) => here(name).filter((each) => there(name).includes(each)))
  const areApart = (a: string, b: string): boolean => !aboveOnBoth(a).has(b) && !aboveOnBoth(b).has(a)
  const isMoved = (name: string): boolean => {
    const [mine, theirs] = [one.placed.get(name), other.placed.get(name)]
    const isElsewhere = mine === undefined || theirs === undefined || mine.timeMs !== theirs.timeMs || mine.counter !== theirs.counter
    return isElsewhere && [...above(name)].some((each) => each.startsWith(TRAVELLED))
  }
  const places = new Map(other.texts.map((text, place) => [text, place]))
  const shared = one.texts.filter((text) => places.has(text))
  for (const [i, lower] of shared.entries()) {
    for (const upper of shared.slice(0, i)) {
      if ((places.get(upper) ?? 0) <= (places.get(lower) ?? 0)) continue
      if (!areApart(upper, lower) || (!isMoved(upper) && !isMoved(lower))) return [upper, lower]
    }
  }
  return null
}

/** Whether what a message names leads to an earlier one, but only through messages that are not on the screen. */
export function isBeyondGap(
  { upper, lower }: { readonly upper: string; readonly lower: string },
  namedBy: (name: string) => readonly string[],
  screen: { readonly has: (name: string) => boolean },
): boolean {
  const isAbove = following(namedBy)(lower).has(upper)
  return isAbove && !following((name) => namedBy(name).filter((each) => screen.has(each)))(lower).has(upper)
}

/** For a message: itself, what its author had seen, what the authors of that had seen, and so on. */
function following(seenBy: (name: string) => readonly string[]): (name: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const found = new Set([name])
    // What is added meanwhile is gone through too.
    for (const each of found) for (const seen of seenBy(each)) found.add(seen)
    known.set(name, found)
    return found
  }
}
