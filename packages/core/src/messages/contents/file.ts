import { type Decoded, LIMITS, messageId, optional, struct, text } from '@sotto/wire'
import { attachmentWith, dropAttachment } from '../../files/attach.ts'
import { addFile, addOwnFile, numberPart } from '../../files/file-rows.ts'
import { shownFileFrom } from '../../files/shown-file.ts'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { describedFiles, type ShownFile } from '../../state/tables/files.ts'
import { mentionList } from '../../state/tables/messages.ts'
import { hasVanished, lifeOf } from '../lives.ts'
import { validMentions } from '../mentions.ts'
import { isHidden } from '../message-changes.ts'
import { contentKind, type Saying } from './content-kind.ts'

/** Files with a text, which may be empty (PROTOCOL §14.11, §13.68). */
export const file = contentKind(
  {
    kind: 'file',
    number: 9,
    fields: struct({
      text: text(LIMITS.textBytes),
      mentions: mentionList,
      replyTo: optional(messageId),
      files: describedFiles,
    }),
  },
  {
    line: ({ text: written, mentions, replyTo, files }) => ({
      kind: 'text',
      text: written,
      mentions: validMentions(written, mentions),
      replyTo,
      forwarded: false,
      files: files.map(({ shown }) => shownFileFrom(shown)),
    }),
    happens: (context, saying, { files }) => haveFiles(context, saying, files),
  },
)

type Described = Decoded<typeof describedFiles>

/** A message has these files from now on. */
export function haveFiles(context: Context, { group, id, account, isOwn }: Saying, files: Described): void {
  const message = textOf(id)
  // It came again. One that its author deleted before it came is erased as soon as it is here.
  if (hasVanished(context, group, message) || isHidden(context, group, message)) return
  for (const [number, { key, root, shown }] of files.entries()) {
    const { sizeBytes } = shown
    const name = [group, message, numberPart(number)] as const
    const stored = isOwn ? attachmentWith(context, group, key) : undefined
    if (stored === undefined) addFile(context, name, { key, root, sizeBytes, account })
    else {
      addOwnFile(context, name, { key, root, sizeBytes, account, stored }, lifeOf(context, group, message) !== undefined)
      dropAttachment(context, group, stored)
    }
  }
}

/** Sealed files as a message says them: thumbnails as far as they fit one message, the first ones first. */
export function describedFrom(files: readonly (ShownFile & Pick<Described[number], 'key' | 'root'>)[]): Described {
  let left: number = LIMITS.thumbnailsBytes
  return files.map(({ key, root, name, mediaType, sizeBytes, picture }) => {
    const fits = picture !== null && picture.thumbnail.length <= left
    if (picture !== null && fits) left -= picture.thumbnail.length
    return { key, root, shown: { name, mediaType, sizeBytes, picture: picture === null || fits ? picture : { ...picture, thumbnail: new Uint8Array() } } }
  })
}
