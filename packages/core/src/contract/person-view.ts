/** People as pages show them: what they are called here, and what this device's person found out about them. */

/** What a person is called here. Two people whose names are drawn alike have different numbers. */
export interface PersonName {
  /** The petname, or what the person calls itself; empty if neither is known. */
  readonly name: string
  /** How many others had such a name before; 0: none. */
  readonly another: number
}

/** Whether the person of this device compared safety numbers. `lost`: the devices of the account have changed since. */
export type VerifiedMark = 'none' | 'verified' | 'lost'

/** For comparing with another person. */
export interface SafetyView extends PersonName {
  /** 60 digits, the same for both. */
  readonly digits: string
  /** The same as a text, for a picture that the other's device reads (`compareSafetyCode`). */
  readonly code: string
  readonly devices: readonly { readonly device: string; readonly createdMs: number }[]
  readonly mark: VerifiedMark
  /** When the numbers were last found to be the same; null: never. */
  readonly verifiedMs: number | null
  /** Two device lists of the account contradict each other: nothing is sent to it. */
  readonly isForked: boolean
}

/** A picture that a person gave itself. Its bytes are another's claim: they are drawn as a picture of this type, and never as anything else. */
export interface PictureView {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp'
  /** Base64url. */
  readonly bytes: string
}
