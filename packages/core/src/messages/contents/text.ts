import { LIMITS, struct, text as textOf } from '@sotto/wire'
import { contentKind } from './content-kind.ts'

/** A text that a member wrote. */
export const text = contentKind(
  { kind: 'text', number: 1, fields: struct({ text: textOf(LIMITS.textBytes) }) },
  { line: ({ text: written }) => ({ kind: 'text', text: written, replyTo: null }) },
)
