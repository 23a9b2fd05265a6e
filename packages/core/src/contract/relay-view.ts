/** A relay as pages show it. */

export interface RelayView {
  readonly address: string
  /** `anotherRelay`: a relay with another key than the address names answers there. `notAdmitted`: it is not open to everybody, and does not let us in. */
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'anotherRelay' | 'notAdmitted'
  /** How long it takes to answer, ms; null: it is not connected, or was not asked yet. */
  readonly latencyMs: number | null
  /** When it was last connected; null: never, as far as this device remembers. */
  readonly reachedMs: number | null
  /** For how many days it keeps what waits there, if that is less than usual; null: it is not, or that is not known. */
  readonly keepsDays: number | null
  /** It has not been reached for days, and is tried in vain since this device started: it may be gone for good. */
  readonly isGone: boolean
}

/** A relay of this device. */
export interface OwnRelayView extends RelayView {
  /** The person chose it. Otherwise it is used for groups and the people in them. */
  readonly isChosen: boolean
}

/** What came of trying to reach a relay. */
export interface TriedRelay {
  /** As `RelayView.state` says. */
  readonly result: 'reached' | 'anotherRelay' | 'notAdmitted' | 'unreachable'
  /** `refused`: nothing there takes the connection, or it is no relay. `silent`: nothing answered in time. */
  readonly reason: 'refused' | 'silent' | null
  /** How long that took; null: it was not reached. */
  readonly ms: number | null
  /** With its peer id, if one was proved or named. */
  readonly address: string
}
