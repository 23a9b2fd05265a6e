/** What people type into forms whose page may close at any moment. Kept in memory alone: nothing of it is on the disk. */
import type { EngineRequest, EngineView, TypedField } from '@sotto/core'
import { LIMITS, utf8 } from '@sotto/wire'

type Typed = EngineView['typed']

export const NOTHING_TYPED: Typed = { profileName: '', groupTitle: '', invite: '' }

/** With one field replaced. How long the text is, where that is more than is kept. */
export function withTyped(typed: Typed, field: TypedField, text: string): Typed | { readonly code: 'tooLong'; readonly lengthBytes: number } {
  const lengthBytes = utf8(text).length
  return lengthBytes > LIMITS.draftBytes ? { code: 'tooLong', lengthBytes } : { ...typed, [field]: text }
}

/** What is left once a request has been granted: what it used is done with. */
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
