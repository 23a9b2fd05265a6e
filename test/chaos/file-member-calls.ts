/** What a member that is killed among files can be asked. */
import type { EngineRequest, EngineValue } from '@sotto/engine/api'

export interface FileMemberCalls {
  /** Makes a profile on a new folder. */
  readonly signUp: (name: string, relay: string) => Promise<true>
  /** Starts what lies in the folder, and resolves once it is ready. */
  readonly start: () => Promise<true>
  /** A clean stop. */
  readonly stop: () => Promise<true>
  readonly ask: (request: EngineRequest) => Promise<EngineValue>
  readonly untilMember: (group: string) => Promise<true>
  /** Attaches noise of a seed and sends it. Returns the message. */
  readonly send: (group: string, sizeBytes: number, seed: number) => Promise<string>
  /** Until the message is here. */
  readonly untilHeard: (group: string, message: string) => Promise<true>
  /** Until all of the file is here. */
  readonly untilHere: (group: string, message: string) => Promise<true>
  /** Until a relay has all of an own file. */
  readonly untilLeft: (group: string, message: string) => Promise<true>
  /** The SHA-256 of what a page reads of the file, hexadecimal. */
  readonly read: (group: string, message: string) => Promise<string>
}
