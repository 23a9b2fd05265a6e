/**
 * Names of people and titles of groups, in one form (PROTOCOL §3). What a person typed and what another device sent goes
 * through the same function, so that two names that are drawn alike for want of a visible difference are one text, and no
 * name changes the text around it. The characters follow the profile for identifiers of UTS 39 and UAX 31, without its ban
 * on symbols, white space and emoji: those are in names of people.
 */
import { LIMITS } from './limits.ts'
import { showsSomething } from './visible-text.ts'
import { utf8 } from './bytes.ts'

/** A name in its one form, or why there is none. `lengthBytes` is that of the form. */
export type NameReading = { readonly name: string } | { readonly code: 'empty' } | { readonly code: 'tooLong'; readonly lengthBytes: number }

/** Letters that join their neighbours: between two of them a zero-width non-joiner is part of the spelling (UAX 31, A1). */
const JOINING = ['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Mandaic', 'Manichaean', 'Phags_Pa', 'Psalter_Pahlavi', 'Adlam', 'Hanifi_Rohingya', 'Sogdian']
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('')

/** Characters of canonical combining class 9, of Unicode 15. After one a joiner chooses the form of the consonant (UAX 31, A2 and B). */
const VIRAMA =
  '\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d3b\\u0d3c\\u0d4d\\u0dca\\u0e3a\\u0eba\\u0f84\\u1039\\u103a\\u1714\\u1715\\u1734\\u17d2' +
  '\\u1a60\\u1b44\\u1baa\\u1bab\\u1bf2\\u1bf3\\u2d7f\\ua806\\ua82c\\ua8c4\\ua953\\ua9c0\\uaaf6\\uabed\\u{10a3f}\\u{11046}\\u{11070}\\u{1107f}\\u{110b9}' +
  '\\u{11133}\\u{11134}\\u{111c0}\\u{11235}\\u{112ea}\\u{1134d}\\u{11442}\\u{114c2}\\u{115bf}\\u{1163f}\\u{116b6}\\u{1172b}\\u{11839}\\u{1193d}\\u{1193e}' +
  '\\u{119e0}\\u{11a34}\\u{11a47}\\u{11a99}\\u{11c3f}\\u{11d44}\\u{11d45}\\u{11d97}'

/** Where a character that is not drawn itself changes what is drawn, it is part of the name. */
const KEPT = [
  // The flag of a region: a black flag, its letters, and their end.
  String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`,
  // A joiner between two pictures, and the selector of a picture's or a keycap's form.
  String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]`,
  String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
  // Spelling: joiners in scripts that need them, and the variants of Mongolian letters and of ideographs.
  String.raw`(?<=[${JOINING}]\p{M}*)\u200c(?=[${JOINING}])`,
  String.raw`(?<=\p{L}\p{M}*[${VIRAMA}]\p{M}*)(?:\u200d|\u200c(?=\p{L}))`,
  String.raw`(?<=\p{Script=Mongolian})[\u180b-\u180d\u180f]`,
  String.raw`(?<=\p{Script=Han})[\u{e0100}-\u{e01ef}]`,
].join('|')

/**
 * Everything else that is not drawn, or is drawn differently everywhere: zero width, direction, fillers (what Unicode calls
 * ignorable by default), controls, annotation, blanks among letters and symbols, private use, and what is no character.
 */
const STRIPPED = new RegExp(
  String.raw`(${KEPT})|[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Co}\ufff9-\ufffb\u{13430}-\u{13442}\u{16fe4}\u{1d159}\p{Noncharacter_Code_Point}]`,
  'gu',
)

/** Line breaks and tabs are white space too, and a Braille blank is the space of Braille. */
const WHITE_SPACE = /[\p{White_Space}\u2800]+/gu
/** Marks at the beginning would be drawn over the text before the name, and towers of them over the lines around it (UTS 39 §5.4). */
const LEADING_MARKS = /^\p{M}+/u
const TOWERS = new RegExp(String.raw`(\p{Mn}{${LIMITS.marksInARow}})\p{Mn}+`, 'gu')

/**
 * Signs that are ours: a number in a circle tells people of one name apart, and a tick says that a person was verified. No name
 * has them. A number in a circle becomes the number.
 */
const TICKS = /[\u2705\u2611\u2713\u2714\u{1f5f8}\u{1f5f9}]\ufe0f?/gu
const CIRCLED = /[\u2460-\u2473\u24ea-\u24ff\u2776-\u2793\u{1f10b}\u{1f10c}]/gu
/** The first character of each row of numbers in circles, and what it counts from. */
const CIRCLED_ROWS: readonly (readonly [first: number, from: number])[] = [
  [0x1f10b, 0],
  [0x278a, 1],
  [0x2780, 1],
  [0x2776, 1],
  [0x24ff, 0],
  [0x24f5, 1],
  [0x24eb, 11],
  [0x24ea, 0],
  [0x2460, 1],
]

function numberIn(circle: string): string {
  const point = circle.codePointAt(0) ?? 0
  const [first, from] = CIRCLED_ROWS.find(([start]) => point >= start) ?? [point, 0]
  return String(point - first + from)
}

const once = (text: string): string =>
  text
    .replace(TICKS, '')
    .replace(CIRCLED, numberIn)
    .replace(WHITE_SPACE, ' ')
    .replace(STRIPPED, '$1')
    .replace(WHITE_SPACE, ' ')
    .replace(TOWERS, '$1')
    .trim()
    .replace(LEADING_MARKS, '')
    .trim()
    .normalize('NFC')

/** What one pass takes out may bring together what the next one takes out. A text that changes with every pass is none. */
const MOST_PASSES = 8

/** Most names: nothing to take out, and nothing to compose. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/
/** No text that is so much longer than a name becomes one. */
const MOST_CHARACTERS = 16 * LIMITS.nameBytes

/** A name or title in its one form. It is the same after every further reading. */
export function readName(text: string): NameReading {
  if (text.length > MOST_CHARACTERS) return { code: 'tooLong', lengthBytes: utf8(text).length }
  if (text.length <= LIMITS.nameBytes && PLAIN.test(text)) return { name: text }
  // A half of a character is never shown, and its UTF-8 is that of another text.
  if (/\p{Surrogate}/u.test(text)) return { code: 'empty' }
  let name = once(text.normalize('NFC'))
  for (let pass = 1, next = once(name); next !== name; pass++, next = once(name)) {
    if (pass === MOST_PASSES) return { code: 'empty' }
    name = next
  }
  if (!showsSomething(name)) return { code: 'empty' }
  const lengthBytes = utf8(name).length
  return lengthBytes > LIMITS.nameBytes ? { code: 'tooLong', lengthBytes } : { name }
}

/** A name or title of another person in its one form. Empty: it has none that can be shown. */
export function nameFrom(text: string): string {
  const read = readName(text)
  return 'name' in read ? read.name : ''
}
