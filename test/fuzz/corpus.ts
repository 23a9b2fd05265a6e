/**
 * The committed corpus: for each codec one file of encodings, valid and damaged ones, a line of hexadecimal each. A finding
 * becomes a line of its own, with a comment (`#`) above it that says what it broke.
 *
 * Run as a program it writes the missing files: `node test/fuzz/corpus.ts`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fromHex, toHex } from '@sotto/wire'
import { CODECS, decodeWith } from './codecs.ts'
import { damaged, inventEncoding, seededRandom } from './invented-encoding.ts'

const FOLDER = new URL('./corpus/', import.meta.url)
/** Longer ones are left out, so that the corpus stays small. */
const LONGEST_BYTES = 3_072
/** A codec that reads less needs no file: the others' lines test it. */
const SHORTEST_BYTES = 16

export interface CorpusEntry {
  readonly file: string
  readonly line: number
  readonly bytes: Uint8Array
}

/** All lines of all files. Throws if one is neither hexadecimal nor a comment. */
export function readCorpus(): readonly CorpusEntry[] {
  return readdirSync(FOLDER)
    .toSorted()
    .flatMap((file) =>
      readFileSync(new URL(file, FOLDER), 'utf8')
        .split('\n')
        .flatMap((text, i) => {
          if (text === '' || text.startsWith('#')) return []
          const bytes = fromHex(text)
          if (bytes === undefined) throw new Error(`${file}:${i + 1} is not hexadecimal`)
          return [{ file, line: i + 1, bytes }]
        }),
    )
}

function writeMissing(): void {
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, codec] of CODECS) {
    const file = new URL(`${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.hex`, FOLDER)
    if (existsSync(file)) continue
    const right: Uint8Array[] = []
    for (let seed = 1; seed < 60 && right.length < 4; seed++) {
      const bytes = inventEncoding(codec, seed)
      if (bytes.length >= SHORTEST_BYTES && bytes.length <= LONGEST_BYTES) right.push(bytes)
    }
    if (right.length === 0) continue
    const random = seededRandom(right.length)
    const wrong = right.flatMap((bytes) => [damaged(bytes, random), damaged(bytes, random)]).filter((bytes) => decodeWith(codec, bytes) === undefined)
    const lines = [`# ${name}: right`, ...right.map(toHex), `# ${name}: damaged`, ...wrong.map(toHex)]
    writeFileSync(file, `${lines.join('\n')}\n`)
  }
}

if (import.meta.main) writeMissing()
