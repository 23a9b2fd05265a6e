/** What the engine's page has beyond its ports: the toolbar's button, notifications, and what the person chooses there. */
import type { Attention } from './attention.ts'

export interface Outside {
  readonly perform: (attention: Attention) => void
  /** Takes what the person chooses. Called once. */
  readonly listen: (chosen: OutsideChoices) => void
}

export interface OutsideChoices {
  /** A notification was chosen. Returns whether an open page shows its conversation; the next page to open does otherwise. */
  readonly notificationChosen: (id: string) => boolean
  readonly lock: () => void
  /** A text is to go into a draft of the person's choice. Returns whether an open page asks for it; the next page to open does otherwise. */
  readonly share: (text: string) => boolean
}
