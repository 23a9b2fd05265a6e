/** A person passes a message on to other groups (PROTOCOL §8.37): to all that were chosen, or to none. */
import { fileNameFrom, LIMITS, mediaTypeFrom } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { writtenPicture } from '../files/attach.ts'
import { numberPart } from '../files/file-rows.ts'
import { beginPassingOn, type FileToPassOn, takePassedOn, wrongToPassOn } from '../files/pass-on.ts'
import { groupRow } from '../groups/group-row.ts'
import { describedFrom } from '../messages/contents/file.ts'
import { intend, lasting, lifetimeIn } from '../messages/pending-messages.ts'
import { wrongText } from '../messages/wrong-text.ts'
import type { Context } from '../state/context.ts'

export function forward(context: Context, { groups, text, files: from }: Extract<MachineRequest, { readonly kind: 'forward' }>): EngineReply {
  const chosen = new Set(groups)
  if (chosen.size < 1 || chosen.size > LIMITS.forwardedAtOnce) return no('badRequest')
  const files = filesIn(from ?? null)
  if (files === undefined) return no('badRequest')
  const wrong = text === '' && files.length > 0 ? null : wrongText(text)
  if (wrong !== null) return wrong
  for (const group of chosen) {
    const row = groupRow(context, group)
    if (row === undefined) return no('unknownGroup')
    if (row.state !== 'member') return no('notMember')
  }
  if (files.length > 0) {
    const cannot = wrongToPassOn(context, chosen, files)
    if (cannot !== null) return cannot
    for (const group of chosen) beginPassingOn(context, group, text, files)
    return ok()
  }
  for (const group of chosen) intend(context, group, lasting(context, { kind: 'forwarded', text }, lifetimeIn(context, group, null) ?? 0))
  return ok()
}

/** undefined: the page says what cannot be. */
function filesIn(from: NonNullable<Extract<MachineRequest, { readonly kind: 'forward' }>['files']> | null): readonly FileToPassOn[] | undefined {
  if (from === null) return []
  const files = from.files.flatMap(({ number, name, mediaType, picture: said }) => {
    const picture = writtenPicture(said)
    if (picture === undefined || !Number.isSafeInteger(number) || number < 0) return []
    return [{ key: [from.group, from.message, numberPart(number)] as const, shown: { name: fileNameFrom(name), mediaType: mediaTypeFrom(mediaType), picture } }]
  })
  return files.length < from.files.length || files.length === 0 ? undefined : files
}

/** All files of a message that is passed on are sealed for this group. */
export function sayPassedOn(context: Context, group: string, as: string): void {
  const whole = takePassedOn(context, group, as)
  if (whole === undefined) return
  const body = { kind: 'forwardedFiles', text: whole.text, files: describedFrom(whole.files) } as const
  intend(context, group, lasting(context, body, lifetimeIn(context, group, null) ?? 0))
}
