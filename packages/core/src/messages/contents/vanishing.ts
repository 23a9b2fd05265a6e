import { codecOfKinds, type Decoded, fixedBytes, struct, uint32 } from '@sotto/wire'
import { textOf } from '../../state/names.ts'
import { awaitMessage } from '../lives.ts'
import { contentKind, type ContentKind, type Meaning } from './content-kind.ts'
import { edit } from './edit.ts'
import { file } from './file.ts'
import { forwarded } from './forwarded.ts'
import { forwardedFiles } from './forwarded-files.ts'
import { reply } from './reply.ts'
import { text } from './text.ts'

/** What can be said so that it vanishes. */
const KINDS = [text, reply, forwarded, edit, file, forwardedFiles] as const

const vanishingBody = codecOfKinds(KINDS.map(({ kind }) => kind))

export type VanishingBody = Decoded<typeof vanishingBody>

const meaningOf = ({ kind }: VanishingBody): Meaning<unknown> => {
  const found: ContentKind | undefined = KINDS.find((each) => each.kind.kind === kind)
  // Each kind gets what its own codec read.
  return found as unknown as Meaning<unknown>
}

/** Bytes that make the message's id tell nothing of its text. */
export const SALT_BYTES = 16

/**
 * Something that lasts only so long (PROTOCOL §8.86, §13.67): how long, in seconds, and what it is. A message's id is a hash of all that it
 * says, and stays where the text is gone: the salt keeps it from being tried out.
 */
export const vanishing = contentKind(
  { kind: 'vanishing', number: 10, fields: struct({ seconds: uint32, salt: fixedBytes(SALT_BYTES), said: vanishingBody }) },
  {
    line: ({ said }) => meaningOf(said).line?.(said) ?? null,
    happens: (context, saying, { seconds, said }) => {
      // An edit may come before its message, and ends by itself then.
      if (said.kind === 'edit' && !awaitMessage(context, saying, textOf(said.message), seconds)) return
      meaningOf(said).happens?.(context, saying, said)
    },
  },
)
