/** A relay as pages show it. */

export interface RelayView {
  readonly address: string
  /** `anotherRelay`: a relay with another key than the address names answers there. */
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'anotherRelay'
}

/** What came of trying to reach a relay. */
export interface TriedRelay {
  /** `anotherRelay`: a relay with another key than the address names answers there. */
  readonly result: 'reached' | 'anotherRelay' | 'unreachable'
  /** `refused`: nothing there takes the connection, or it is no relay. `silent`: nothing answered in time. */
  readonly reason: 'refused' | 'silent' | null
  /** How long that took; null: it was not reached. */
  readonly ms: number | null
  /** With its peer id, if one was proved or named. */
  readonly address: string
}
