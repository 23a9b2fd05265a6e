import { messageId, struct } from '@sotto/wire'
import { textOf } from '../../state/names.ts'
import { takeDeletion } from '../message-changes.ts'
import { contentKind } from './content-kind.ts'

/** An author deletes an earlier message of its own for everyone (PROTOCOL §8.31, §13.38). */
export const deletion = contentKind(
  { kind: 'deletion', number: 6, fields: struct({ message: messageId }) },
  { happens: (context, saying, { message }) => takeDeletion(context, saying, textOf(message)) },
)
