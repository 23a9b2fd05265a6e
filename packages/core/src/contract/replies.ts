/** Replies to pages' requests, as values. */
import type { EngineReply, EngineRequest, EngineValue, RejectionCode } from './pages.ts'

/** The requests that the machine answers. The others are about the vault, and the engine answers them. */
export type MachineRequest = Exclude<
  EngineRequest,
  { readonly kind: 'createProfile' | 'unlock' | 'lock' | 'changePassphrase' | 'tryAgain' | 'tryRelay' | 'wipe' | 'keepTyped' }
>

export const ok = (value: EngineValue = {}): EngineReply => ({ ok: true, value })

export const no = (code: RejectionCode, numbers: { readonly [name: string]: number } = {}): EngineReply => ({ ok: false, rejection: { code, numbers } })
