/** The engine's own replies to pages. */
import type { EngineReply, EngineView, RejectionCode } from '@sotto/core'
import type { TooShort } from './vault/data-key.ts'

export const ok: EngineReply = { ok: true, value: {} }

export const no = (code: RejectionCode, numbers: { readonly [name: string]: number } = {}): EngineReply => ({ ok: false, rejection: { code, numbers } })

/** Seconds that are left, counted upwards. */
export const tooSoon = (nextTryMs: number, nowMs: number): EngineReply => no('passphraseTooSoon', { seconds: Math.ceil((nextTryMs - nowMs) / 1_000) })

export const tooShort = ({ length, limit }: TooShort): EngineReply => no('passphraseTooShort', { length, limit })

/** Why the machine takes no request now. */
export function closed({ phase, trouble }: Pick<EngineView, 'phase' | 'trouble'>): EngineReply {
  if (phase === 'noProfile') return no('noProfile')
  return no(phase === 'unavailable' ? (trouble ?? 'storageFailed') : 'locked')
}
