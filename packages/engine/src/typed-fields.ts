/** Texts that people type into forms whose page may close at any moment. Kept in memory alone, never on the disk. */
import type { EngineReply, EngineRequest, EngineView, TypedField } from '@sotto/core'
import { LIMITS, utf8 } from '@sotto/wire'
import { no, ok } from './replies.ts'

type Typed = EngineView['typed']

const NOTHING_TYPED: Typed = { profileName: '', groupTitle: '', invite: '', shared: '' }

/** The fields with one replaced, or the length of the text if that is above the limit. */
function withTyped(typed: Typed, field: TypedField, text: string): Typed | { readonly code: 'tooLong'; readonly lengthBytes: number } {
  const lengthBytes = utf8(text).length
  return lengthBytes > LIMITS.draftBytes ? { code: 'tooLong', lengthBytes } : { ...typed, [field]: text }
}

/** What remains after a granted request: the texts that it used are cleared. */
function afterUse(typed: Typed, { kind }: EngineRequest): Typed {
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

export interface TypedFields {
  readonly now: () => Typed
  readonly keep: (request: Extract<EngineRequest, { readonly kind: 'keepTyped' }>) => EngineReply
  /** What a granted request used is cleared. */
  readonly used: (request: EngineRequest) => void
}

export function keepTypedFields(changed: () => void): TypedFields {
  let typed = NOTHING_TYPED
  const become = (next: Typed): void => {
    if (next === typed) return
    typed = next
    changed()
  }
  return {
    now: () => typed,
    keep: ({ field, text }) => {
      const next = withTyped(typed, field, text)
      if ('code' in next) return no('draftTooLong', { length: next.lengthBytes, limit: LIMITS.draftBytes })
      become(next)
      return ok
    },
    used: (request) => become(afterUse(typed, request)),
  }
}
