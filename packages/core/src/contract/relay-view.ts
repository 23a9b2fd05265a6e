/** A relay as pages show it. */

export interface RelayView {
  readonly address: string
  /** `anotherRelay`: a relay with another key than the address names answers there. */
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'anotherRelay'
}
