/**
 * Writes chunks to the store of a disk until it is killed, and says after each that it is there: `written N`, or `removed NAME`. Some wait
 * at a time, as when a file comes. Given are the folder and the first number.
 */
import { writeSync } from 'node:fs'
import { openDiskChunks } from '../../packages/storage/src/disk-chunks.ts'
import { chunkNumbered, passingName, placeNumbered } from './numbered-chunks.ts'

const WAITING = 24
const [folder = '', first = '0'] = process.argv.slice(2)
const store = openDiskChunks(folder)
/** At once: what is said is read also where the process is killed right after. */
const say = (line: string): void => void writeSync(1, `${line}\n`)

let next = Number(first)
async function write(): Promise<never> {
  for (;;) {
    const number = next++
    const { file, offset } = placeNumbered(number)
    await store.write(file, offset, chunkNumbered(number))
    say(`written ${number}`)
    if (number % 16 !== 0) continue
    // A file that was cancelled: its room is to be free.
    const name = passingName(number)
    await store.write(name, 0, chunkNumbered(number))
    await store.remove(name)
    say(`removed ${name}`)
  }
}
await Promise.all(Array.from({ length: WAITING }, write))
