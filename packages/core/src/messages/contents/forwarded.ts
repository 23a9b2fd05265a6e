import { LIMITS, struct, text } from '@sotto/wire'
import { contentKind } from './content-kind.ts'

/**
 * A text that a member passes on from elsewhere (PROTOCOL §8.37). It has no field that could say from where: no author, time or
 * message, and no mentions, which would name accounts of the other group.
 */
export const forwarded = contentKind(
  { kind: 'forwarded', number: 7, fields: struct({ text: text(LIMITS.textBytes) }) },
  { line: ({ text: written }) => ({ kind: 'text', text: written, mentions: [], replyTo: null, forwarded: true, files: [] }) },
)
