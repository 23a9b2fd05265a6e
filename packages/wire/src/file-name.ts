/**
 * A file's name and media type as they are shown and saved (PROTOCOL §14.7). What a page says of a file and what another device sent go
 * through the same function: no name leads to another folder, none is drawn in another order than it is spelt, and the end of it is
 * the extension that it has.
 */
import { utf8 } from './bytes.ts'
import { LIMITS } from './limits.ts'
import { showsSomething } from './visible-text.ts'

/** Drives, folders, streams, and what shells and file systems read otherwise. */
const SPECIAL = /[<>:"|?*\\/]/gu

/** Direction, joiners, fillers, controls and private use: nothing of a name that is drawn. */
const NOT_DRAWN = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu

const WHITE_SPACE = /[\p{White_Space}\u2800]+/gu

/** Names that Windows gives to devices, whatever extension they have. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/iu

/** The longest part of a name that is kept as its extension, in characters. A guess: no format has a longer one. */
const EXTENSION_CHARACTERS = 16

/** What a file is called that has no name. */
const NAMELESS = 'file'

/** A name in its one form: never empty, without parts of a path, at most `LIMITS.fileNameBytes` in UTF-8. */
export function fileNameFrom(said: string): string {
  const last = said.split(/[\\/]/u).findLast((part) => part.trim() !== '') ?? ''
  const name = last.replace(WHITE_SPACE, ' ').replace(NOT_DRAWN, '').replace(WHITE_SPACE, ' ').replace(SPECIAL, '_').normalize('NFC')
  // A leading full stop hides a file, one at the end is dropped by some file systems.
  const plain = name.replace(/^[. ]+|[. ]+$/gu, '').replace(DEVICE, '_$&')
  return showsSomething(plain) ? cut(plain) : NAMELESS
}

/** As much as fits, with the extension. */
function cut(name: string): string {
  if (utf8(name).length <= LIMITS.fileNameBytes) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= EXTENSION_CHARACTERS ? name.slice(dot) : ''
  const characters = Array.from(name.slice(0, name.length - extension.length))
  while (utf8(characters.join('') + extension).length > LIMITS.fileNameBytes) characters.pop()
  return characters.join('').trimEnd() + extension
}

/** RFC 6838 §4.2, without parameters. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/u

/** A media type in lower case; `application/octet-stream` for what is none. */
export function mediaTypeFrom(said: string): string {
  const type = said.trim().toLowerCase()
  return MEDIA_TYPE.test(type) ? type : 'application/octet-stream'
}
