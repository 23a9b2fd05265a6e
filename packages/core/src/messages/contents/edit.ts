import { LIMITS, messageId, struct, text } from '@sotto/wire'
import { textOf } from '../../state/names.ts'
import { mentionList } from '../../state/tables/messages.ts'
import { validMentions } from '../mentions.ts'
import { indexChanges, takeEdit } from '../message-changes.ts'
import { contentKind } from './content-kind.ts'
import { revisionNumber } from '../../identity/revision.ts'

/** Another text for an earlier message of the same author (PROTOCOL §8.30, §13.37). */
export const edit = contentKind(
  { kind: 'edit', number: 5, fields: struct({ message: messageId, revision: revisionNumber, text: text(LIMITS.textBytes), mentions: mentionList }) },
  {
    happens: (context, saying, { message, revision, text: written, mentions }) =>
      takeEdit(context, saying, { message: textOf(message), revision, text: written, mentions: validMentions(written, mentions) }),
    started: indexChanges,
  },
)
