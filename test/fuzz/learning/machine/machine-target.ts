/**
 * The machine as a target of the stateful fuzzer: acts on the states of recorded worlds, and what must hold after whatever was
 * said: no step throws or costs out of proportion, no table passes its limit, memory is what the disk would start with.
 */
import type { Event, State } from '@sotto/core'
import { durableTables, stateFromRows, Transaction } from '@sotto/core/inside'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { type Codec, encode, equalBytes } from '@sotto/wire'
import type { Table } from '../../../../packages/core/src/state/table.ts'
import { modelledPrimitives } from '../../../../packages/simulator/src/modelled-primitives.ts'
import { seededRandom } from '../../invented-encoding.ts'
import type { ActSequence, Played, StatefulTarget } from '../target.ts'
import { limitedTables, mostRows, rowCounts, sharesOf } from './bounds.ts'
import { hostileHand } from './hostile-hand.ts'
import { type Occurrence, occurrencesOf, type Moment, VERBS } from './machine-acts.ts'
import { type Material, materialOf } from './material.ts'
import { type CountedCore, createCountedCore, noCost, ObservedMachine } from './observed-machine.ts'
import { record, seedOfEvent, type Tape } from './recorded-world.ts'
import { WORLDS } from './worlds.ts'

/** Beginnings of each world: places of its tape, evenly. */
const BEGINNINGS = 16

export async function createMachineTarget(): Promise<StatefulTarget & { readonly tapes: readonly Tape[]; readonly counted: CountedCore }> {
  const real = await loadSodiumPrimitives()
  const counted = createCountedCore(modelledPrimitives(real))
  const tapes = WORLDS.map((world) => record(world, counted, real))
  const materials = tapes.map(materialOf)
  return {
    name: 'machine',
    starts: tapes.length * BEGINNINGS,
    verbs: VERBS,
    tapes,
    counted,
    play: (sequence) => playOn(counted, tapes, materials, sequence),
  }
}

function playOn(counted: CountedCore, tapes: readonly Tape[], materials: readonly Material[], { start, acts }: ActSequence): Played {
  const world = Math.floor(start / BEGINNINGS) % tapes.length
  const [tape, material] = [tapes[world], materials[world]]
  // Behind the first two events, with which any machine starts.
  const from = 2 + Math.floor(((start % BEGINNINGS) / BEGINNINGS) * ((tape?.events.length ?? 2) - 2))
  const begin = tape?.events[from]
  if (tape === undefined || material === undefined || begin === undefined) return { features: [], violations: [], shares: new Map() }

  const machine = new ObservedMachine(counted, begin.before, tape.histories.slice(0, begin.histories))
  const before = rowCounts(machine.state)
  const hand = hostileHand(tape, begin, begin.before, seededRandom(start + 1))
  const features = new Set<string>()
  const violations: string[] = []
  const shares = new Map<string, number>()
  let [cursor, nowMs, jumpedMs] = [from, begin.nowMs, 0]

  const step = (event: Event, seed: number): void => {
    const cost = noCost()
    for (const effect of machine.step(event, nowMs, seed, cost))
      features.add(effect.kind === 'reply' && !effect.reply.ok ? effect.reply.rejection.code : effect.kind)
    for (const [name, share] of sharesOf(cost, bytesOf(event))) {
      shares.set(name, Math.max(share, shares.get(name) ?? 0))
      if (share > 1) violations.push(`a step took ${cost[name as keyof typeof cost]} ${name} for ${event.kind} of ${bytesOf(event)} bytes`)
    }
  }
  const happen = (occurrence: Occurrence): void => {
    switch (occurrence.kind) {
      case 'event':
        if (occurrence.atMs !== null) nowMs = Math.max(nowMs, occurrence.atMs + jumpedMs)
        return step(occurrence.event, occurrence.seed)
      case 'moved':
        cursor = occurrence.cursor
        return
      case 'passed':
        nowMs += occurrence.ms
        jumpedMs += occurrence.ms
        return
      case 'restarted':
        violations.push(...differences(machine.state, begin.before))
        machine.state = reloaded(machine.state)
        step({ kind: 'started' }, seedOfEvent(cursor))
        return step({ kind: 'networkStarted', ownPeer: 'again' }, seedOfEvent(cursor))
    }
  }

  let number = 0
  try {
    for (const act of acts) {
      const moment: Moment = { tape, material, hand, tapes, cursor, nowMs, state: machine.state, number: number++, random: seededRandom(act[2]) }
      for (const occurrence of occurrencesOf(act, moment)) happen(occurrence)
    }
    counted.core.viewOf(machine.state)
  } catch (fault) {
    violations.push(`act ${number - 1} made the machine throw: ${fault instanceof Error ? stackOf(fault) : String(fault)}`)
  }
  for (const [what, count, most] of limitedTables(machine.state)) {
    shares.set(what, count / most)
    if (count > most) violations.push(`${count} ${what}, and ${most} are allowed`)
  }
  for (const [table, count] of rowCounts(machine.state)) {
    features.add(`${table} ${Math.ceil(Math.log2(count + 1))}`)
    if (count > mostRows(before.get(table) ?? 0, acts.length)) violations.push(`${count} rows of ${table} after ${acts.length} acts`)
  }
  violations.push(...differences(machine.state, begin.before))
  return { features: [...features], violations, shares }
}

/** Its first lines, without places in files, so that a fault is one however it was reached. */
const stackOf = (fault: Error): string =>
  [
    fault.message,
    ...(fault.stack ?? '')
      .split('\n')
      .slice(1, 4)
      .map((line) => line.trim()),
  ].join(' | ')

const bytesOf = (event: Event): number => {
  switch (event.kind) {
    case 'peerFrameReceived':
    case 'relayFrameReceived':
      return event.frame.length
    case 'gossipReceived':
      return event.data.length
    case 'requested':
      return JSON.stringify(event.what).length
    default:
      return 0
  }
}

/** The encoded durable rows, but for those that are the same value in `known`. */
function durableRows(state: State, known: State): ReadonlyMap<string, Uint8Array> {
  const [rows, before] = [new Transaction(state), new Transaction(known)]
  const encoded = new Map<string, Uint8Array>()
  for (const table of durableTables() as readonly Table<unknown>[])
    for (const { key, value } of rows.scan(table))
      if (known === null || before.get(table, ...key) !== value) encoded.set(`${table.name}/${key.join('/')}`, encode(table.codec as Codec<unknown>, value))
  return encoded
}

const reloaded = (state: State): State => stateFromRows(durableTables(), durableRows(state, null)).state

/** Durable rows that are new since `known` and that a start would not find as they are. */
function differences(state: State, known: State): readonly string[] {
  const rows = durableRows(state, known)
  const { state: again, damaged } = stateFromRows(durableTables(), rows)
  const there = durableRows(again, null)
  return [
    ...damaged.map((key) => `a row of ${key.split('/')[0]} does not decode`),
    ...[...rows].flatMap(([key, value]) =>
      equalBytes(there.get(key) ?? new Uint8Array(), value) ? [] : [`a row of ${key.split('/')[0]} is another after a start`],
    ),
  ]
}
