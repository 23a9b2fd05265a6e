/** What a member's process can be asked. */
import type { EngineRequest, EngineValue } from '@sotto/engine/api'
import type { GroupSeeds } from '../relay/messages.ts'
import type { Arrival } from './arrival.ts'
import type { Appended } from './bare-mailbox.ts'

export interface Sent {
  readonly message: string
  /** From the first piece that was handed over to the last that was in the store. */
  readonly attachMs: number
  /** Of the file, hexadecimal. */
  readonly sha256: string
}

export interface MemberCalls {
  /** Signs up. Returns the folder of everything that is stored. */
  readonly signUp: (name: string, relays: readonly string[]) => Promise<string>
  readonly ask: (request: EngineRequest) => Promise<EngineValue>
  readonly untilMember: (group: string) => Promise<true>
  readonly untilConnected: (group: string, how: 'direct' | 'relay') => Promise<true>
  /** Attaches noise of a seed, and sends it. */
  readonly attach: (group: string, sizeBytes: number, seed: number) => Promise<Sent>
  /** Waits for the message and for nothing else, fetches its file, and resolves once that is whole. */
  readonly fetch: (group: string, message: string) => Promise<Arrival>
  /** Until a relay has all of an own file. */
  readonly untilLeft: (group: string, message: string) => Promise<true>
  /** The SHA-256 of what a page reads of the file. */
  readonly read: (group: string, message: string) => Promise<string>
  /** Sends a text. Returns the time before, ms since the epoch. */
  readonly say: (group: string, text: string) => Promise<number>
  /** The time when the text was here. */
  readonly heard: (group: string, text: string) => Promise<number>
  readonly stop: () => Promise<true>
  readonly start: () => Promise<true>
  /** Where a bare end that listens there is reached; it is started if there is none. */
  readonly bareAddress: (listen: string) => Promise<string>
  readonly bareFetch: (listen: string, address: string, bytes: number) => Promise<Arrival>
  readonly bareAppend: (relay: string, records: number) => Promise<Appended>
  readonly bareRead: (relay: string, seeds: GroupSeeds, records: number) => Promise<number>
  /** Collects garbage. Returns what is left in the heap and beside it, bytes. */
  readonly collect: () => Promise<number>
  /** What the engine reported. */
  readonly faults: () => Promise<readonly string[]>
}
