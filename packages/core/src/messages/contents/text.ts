import { LIMITS, struct, text as textOf } from '@sotto/wire'
import { mentionList } from '../../state/tables/messages.ts'
import { validMentions } from '../mentions.ts'
import { contentKind } from './content-kind.ts'

/** A text that a member wrote. */
export const text = contentKind(
  { kind: 'text', number: 1, fields: struct({ text: textOf(LIMITS.textBytes), mentions: mentionList }) },
  {
    line: ({ text: written, mentions }) => ({
      kind: 'text',
      text: written,
      mentions: validMentions(written, mentions),
      replyTo: null,
      forwarded: false,
      files: [],
    }),
  },
)
