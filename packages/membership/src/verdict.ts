/** What an operation's own past says of its author's right. */
import type { DeviceId } from '@sotto/wire'
import type { Entry } from './history.ts'
import type { RightRejection } from './rejection.ts'

export interface Right {
  /** Each group names operations of which one must stand, or the right is gone (PROTOCOL §5, depends). */
  readonly restsOn: readonly (readonly Entry[])[]
  /** Whether it takes an admin. */
  readonly needsAdmin: boolean
  /** Whether its author was an admin, needed or not. */
  readonly byAdmin: boolean
  /** Devices that it takes from its author's account. */
  readonly revokes: readonly DeviceId[]
}

export type Verdict = { readonly kind: 'entitled'; readonly right: Right } | { readonly kind: 'void'; readonly because: RightRejection }
