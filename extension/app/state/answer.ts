import type { EngineValue, InviteChoice } from '@sotto/engine/api'
import type { RefusalCode } from '../strings/sentences.ts'

/** The result of a request, as a person is told. */
export type Answer =
  | { readonly ok: true; readonly value: EngineValue }
  /** `choices`: what the person may mean, if that is the question. */
  | { readonly ok: false; readonly code: RefusalCode | 'fault'; readonly sentence: string; readonly choices?: readonly InviteChoice[] }
