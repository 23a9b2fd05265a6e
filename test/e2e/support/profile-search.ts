/** Looks for bytes in every file of a browser's profile folder, as a person with its disk would. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Paths, from the folder, of the files that contain a text in UTF-8 or in UTF-16. */
export const filesWithText = (folder: string, text: string): readonly string[] => filesWith(folder, [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')])

/** How many of these byte strings are in some file of the folder. */
export function countFound(folder: string, wanted: readonly Buffer[]): number {
  const contents = [...filesOf(folder)].map(read)
  return wanted.filter((bytes) => contents.some((content) => content.includes(bytes))).length
}

/** Paths, from the folder, of the files that contain one of these byte strings. */
export const filesWithAny = (folder: string, wanted: readonly Buffer[]): readonly string[] => filesWith(folder, wanted)

const filesWith = (folder: string, wanted: readonly Buffer[]): readonly string[] =>
  [...filesOf(folder)]
    .filter((file) => {
      const content = read(file)
      return wanted.some((bytes) => content.includes(bytes))
    })
    .map((file) => file.slice(folder.length + 1))

function* filesOf(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesOf(path)
    else if (entry.isFile()) yield path
  }
}

/** A file's bytes; none if the browser has just deleted it. */
function read(file: string): Buffer {
  try {
    const content = readFileSync(file)
    return content.subarray(0, MOZILLA_LZ4.length).equals(MOZILLA_LZ4) ? uncompressed(content) : content
  } catch {
    return Buffer.alloc(0)
  }
}

/** Firefox compresses its session files: this, the length as 32 bits, one LZ4 block. */
const MOZILLA_LZ4 = Buffer.from('mozLz40\0', 'latin1')

function uncompressed(file: Buffer): Buffer {
  const out = Buffer.alloc(file.readUInt32LE(MOZILLA_LZ4.length))
  let at = MOZILLA_LZ4.length + 4
  let length = 0
  /** A length of 15 continues in the following bytes, as long as they are 255. */
  const whole = (first: number): number => {
    let sum = first
    for (let byte = first === 15 ? 255 : 0; byte === 255; sum += byte) byte = file[at++] ?? 0
    return sum
  }
  while (at < file.length) {
    const token = file[at++] ?? 0
    const literals = whole(token >> 4)
    file.copy(out, length, at, at + literals)
    at += literals
    length += literals
    if (at >= file.length) break
    const back = file.readUInt16LE(at)
    at += 2
    // Byte by byte: a match may reach into its own output.
    for (let left = whole(token & 15) + 4; left > 0; left--, length++) out[length] = out[length - back] ?? 0
  }
  return out
}
