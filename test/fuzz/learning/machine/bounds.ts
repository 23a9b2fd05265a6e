/**
 * What a step may cost and what a table may hold, in proportion to what was said. A bound is a guess with room: honest
 * worlds stay below half of each. What it must not be is a number that grows without end.
 */
import type { State } from '@sotto/core'
import {
  allTables,
  INITIAL_MESSAGE,
  MEMBERSHIP_LOG,
  PENDING_BODY,
  PLACE,
  REACTION,
  STRANGER,
  THEIR_KEY,
  Transaction,
  UNDECRYPTABLE,
  UNKNOWN_SENDER,
} from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { mapSize } from '../../../../packages/core/src/state/ordered-map.ts'
import type { StepCost } from './observed-machine.ts'

/** For a group of some five devices. `base` is what an event of no bytes may cost; `per` what each of its bytes adds. */
const MOST: Readonly<Record<keyof StepCost, { readonly base: number; readonly perByte: number }>> = {
  writes: { base: 400, perByte: 0.2 },
  writtenBytes: { base: 256 * 1024, perByte: 16 },
  effects: { base: 200, perByte: 0.1 },
  sentBytes: { base: 256 * 1024, perByte: 16 },
  publicKeyOperations: { base: 200, perByte: 0.1 },
  symmetricOperations: { base: 4_000, perByte: 4 },
}

const COSTS = Object.keys(MOST) as readonly (keyof StepCost)[]

/** Each cost as a share of its bound. */
export const sharesOf = (cost: StepCost, eventBytes: number): readonly (readonly [name: string, share: number])[] =>
  COSTS.map((name) => [name, cost[name] / (MOST[name].base + MOST[name].perByte * eventBytes)])

type Counted = readonly (readonly [what: string, count: number, most: number])[]

const countBy = <T>(items: readonly T[], party: (item: T) => string, weight: (item: T) => number = () => 1): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(party(item), (counts.get(party(item)) ?? 0) + weight(item))
  return counts
}
const largest = (counts: ReadonlyMap<string, number>): number => Math.max(0, ...counts.values())

/** Tables with a limit of their own, all of it and each party's share. */
export function limitedTables(state: State): Counted {
  const rows = new Transaction(state)
  const orphans = (place: 'known' | 'unknown' | 'removals'): number =>
    Math.max(0, ...rows.scan(MEMBERSHIP_LOG).map(({ value }) => [...value.orphans.values()].filter((each) => each.place === place).length))
  const pending = rows.scan(PENDING_BODY)
  const bytes = ({ value }: (typeof pending)[number]): number => value.body.length
  return [
    ['orphans of a group', orphans('known'), LIMITS.orphanOperations],
    ['orphans of unknown devices', orphans('unknown'), LIMITS.orphansOfUnknown],
    ['removals that wait', orphans('removals'), LIMITS.orphanRemovals],
    ['undecryptable envelopes of a group', largest(countBy(rows.scan(UNDECRYPTABLE), ({ key }) => key[0] ?? '')), LIMITS.undecryptableEnvelopes],
    ['envelopes of unknown senders of a group', largest(countBy(rows.scan(UNKNOWN_SENDER), ({ key }) => key[0] ?? '')), LIMITS.unknownSenderEnvelopes],
    ['strangers', rows.scan(STRANGER).length, LIMITS.strangers],
    // The one message that may wait beside the others, such as a welcome, is not counted.
    ['bytes that wait of one device', largest(countBy(pending, ({ key }) => `${key[0]}/${key[1]}`, bytes)), LIMITS.pendingBytesPerDevice + LIMITS.recordBytes],
    ['initial messages', rows.scan(INITIAL_MESSAGE).length, LIMITS.acceptedInitialMessages + 100],
    ['reactions of a member', largest(countBy(rows.scan(REACTION), ({ key }) => `${key[0]}/${key[1]}`)), LIMITS.reactionsOfMember],
    ['places of a conversation', largest(countBy(rows.scan(PLACE), ({ key }) => key[0] ?? '')), LIMITS.placedMessages],
    ['keys of a device in an epoch', largest(countBy(rows.scan(THEIR_KEY), ({ key }) => key.slice(0, 3).join('/'))), LIMITS.keysKept],
  ]
}

/** Rows of a table that one sequence may add, whatever it is: each act says one thing, which is a few rows at most. */
const ROWS_FOR_AN_ACT = 24
const ROWS_AT_ALL = 400

/** How many rows each table has. */
export const rowCounts = (state: State): ReadonlyMap<string, number> => new Map(allTables().map(({ name, at }) => [name, mapSize(state?.[at] ?? null)]))

export const mostRows = (before: number, acts: number): number => before + ROWS_AT_ALL + ROWS_FOR_AN_ACT * acts
