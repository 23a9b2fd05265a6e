/**
 * Sentences for people about refusals and messages that cannot be opened, in each language, complete by type. Each says
 * what happened, what was kept, and what to do.
 */
import type { JoinView, Rejection, RejectionCode, UnreadableCause } from '@sotto/engine/api'

/** The codes that the app has a sentence for: the engine's refusals, and its end before it answered. */
export type RefusalCode = RejectionCode | 'engineGone'

type Numbers = Rejection['numbers']
type JoinEnd = NonNullable<JoinView['reason']>

/** The languages that the app speaks. */
export type Language = 'en' | 'de'

/** All of one language. */
export interface Sentences {
  readonly rejection: { readonly [C in RefusalCode]: (numbers: Numbers) => string }
  readonly unreadable: { readonly [C in UnreadableCause]: string }
  readonly joinEnd: { readonly [E in JoinEnd]: string }
}
