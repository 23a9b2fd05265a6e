/** Facts about one message, as pages show them. */
import type { WaitsFor } from './message-view.ts'
import type { PersonName } from './person-view.ts'

/** Who could read a message, and its place. */
export interface MessageDetails {
  /**
   * What the list of readers is based on. `keys`: the key recipients of this device's key. `log`: the devices that the
   * membership log names where the author sealed the message. `unknown`: only its content came, or operations are missing.
   * `passedOn`: another member said what is here. `notSealedYet`: it waits for a connection, and those who are members then can read it. `notSent`: it never will be.
   */
  readonly basis: 'keys' | 'log' | 'unknown' | 'passedOn' | 'notSealedYet' | 'notSent'
  readonly readers: readonly Reader[]
  /** What it said, from the first text to the present one; empty: it was never edited. `atMs` by its author's clock. */
  readonly versions: readonly { readonly text: string; readonly atMs: number }[]
  readonly epoch: string
  readonly keyId: number
  readonly iteration: number
  /** Heads of the membership log that its author had seen. */
  readonly frontier: readonly string[]
}

export interface Reader extends PersonName {
  readonly account: string
  readonly own: boolean
  /** How many of this person's devices could read it. */
  readonly devices: number
  /** How many of them said that they opened it; null: only its author learns that. */
  readonly opened: number | null
  /** Whether this person is in the group now. */
  readonly isMember: boolean
  /** What keeps here what this person needs to open it; null: nothing, or it is not known. */
  readonly awaited: Exclude<WaitsFor['why'], 'connection'> | null
  /** When a secure session with one of their devices was last replaced because no answer had come in it; null: never. */
  readonly sessionReplacedMs: number | null
  /** Of the message's files, how many this person has, and fetches, as far as devices say that are connected; null: nothing is known. */
  readonly files: { readonly has: number; readonly fetches: number } | null
}
