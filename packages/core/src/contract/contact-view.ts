/** People who share no group with this person, as pages show them. */
import type { PersonName } from './person-view.ts'

/** A person who asks to write. What it says of itself is a claim. */
export interface ContactRequestView extends PersonName {
  readonly account: string
  /** The beginning of what it wrote. */
  readonly words: string
  readonly atMs: number
  /** The person blocked it, and can take that back here. */
  readonly isBlocked: boolean
}

/** Whom a contact link is of. */
export interface LinkedContact extends PersonName {
  readonly account: string
  /** It is known by that name here already; otherwise the link alone says so. */
  readonly isKnown: boolean
}
