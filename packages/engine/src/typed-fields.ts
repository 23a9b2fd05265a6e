/** Texts that people type into forms whose page may close at any moment. Kept in memory alone, never on the disk. */
import type { EngineRequest, EngineView, TypedField } from '@sotto/core'
import { LIMITS, utf8 } from '@sotto/wire'

type Typed = EngineView['typed']

export const NOTHING_TYPED: Typed = { profileName: '', groupTitle: '', invite: '' }

/** The fields with one replaced, or the length of the text if that is above the limit. */
export function withTyped(typed: Typed, field: TypedField, text: string): Typed | { readonly code: 'tooLong'; readonly lengthBytes: number } {
  const lengthBytes = utf8(text).length
  return lengthBytes > LIMITS.draftBytes ? { code: 'tooLong', lengthBytes } : { ...typed, [field]: text }
}

/** What remains after a granted request: the texts that it used are cleared. */
export function afterUse(typed: Typed, { kind }: EngineRequest): Typed {
  switch (kind) {
    case 'createProfile':
      return { ...typed, profileName: '' }
    case 'createGroup':
      return { ...typed, groupTitle: '' }
    case 'join':
      return { ...typed, invite: '' }
    case 'lock':
    case 'wipe':
      return NOTHING_TYPED
    default:
      return typed
  }
}
