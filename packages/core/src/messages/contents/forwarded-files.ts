import { LIMITS, struct, text } from '@sotto/wire'
import { shownFileFrom } from '../../files/shown-file.ts'
import { describedFiles } from '../../state/tables/files.ts'
import { contentKind } from './content-kind.ts'
import { haveFiles } from './file.ts'

/**
 * Files that a member passes on from elsewhere, with a text, which may be empty (PROTOCOL §8.37, §13.68). As a forwarded text it has no field
 * that could say from where; and the files have keys of their own, as if they had been attached.
 */
export const forwardedFiles = contentKind(
  { kind: 'forwardedFiles', number: 11, fields: struct({ text: text(LIMITS.textBytes), files: describedFiles }) },
  {
    line: ({ text: written, files }) => ({
      kind: 'text',
      text: written,
      mentions: [],
      replyTo: null,
      forwarded: true,
      files: files.map(({ shown }) => shownFileFrom(shown)),
    }),
    happens: (context, saying, { files }) => haveFiles(context, saying, files),
  },
)
