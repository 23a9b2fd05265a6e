import { LIMITS, messageId, struct, text } from '@sotto/wire'
import { mentionList } from '../../state/tables/messages.ts'
import { validMentions } from '../mentions.ts'
import { contentKind } from './content-kind.ts'

/**
 * A text that answers an earlier message (PROTOCOL §8.29). It names the message and does not repeat it: what is quoted is what this
 * device has of that message, so nobody puts words in another's mouth.
 */
export const reply = contentKind(
  { kind: 'reply', number: 4, fields: struct({ message: messageId, text: text(LIMITS.textBytes), mentions: mentionList }) },
  {
    line: ({ message, text: written, mentions }) => ({
      kind: 'text',
      text: written,
      mentions: validMentions(written, mentions),
      replyTo: message,
      forwarded: false,
      files: [],
    }),
  },
)
