/** Kill -9 of a process in the middle of writing chunks of files to a disk, again and again on one folder. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openDiskChunks } from '../../packages/storage/src/disk-chunks.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { chunkNumbered, placeNumbered } from './numbered-chunks.ts'

/** A process is killed when it has said at most so much. */
const MOST_SAID = 120
/** It dies anywhere within a few writes after that. */
const WRITE_MS = 20

export interface ChunkKills {
  readonly kills: number
  readonly acknowledged: number
  /** Acknowledged, and not there byte for byte. */
  readonly lost: number
  /** Acknowledged as removed, and there. */
  readonly back: number
  /** Written in part when the process was killed: a device that reads them holds them against a hash. */
  readonly torn: number
  /** Files that are left in the folder once all were removed. */
  readonly left: number
}

export async function killChunkWriters(kills: number): Promise<ChunkKills> {
  const folder = makeTemporaryFolder('chaos-chunks')
  const written = new Set<number>()
  const removed = new Set<string>()
  let [next, lost, back, torn] = [0, 0, 0, 0]
  try {
    for (let round = 0; round < kills; round++) {
      const lines = await runUntilKilled(folder.path, next, 1 + Math.floor(Math.random() * MOST_SAID))
      for (const line of lines) {
        const [what, which = ''] = line.split(' ')
        if (what === 'written') written.add(Number(which))
        else removed.add(which)
      }
      const store = openDiskChunks(folder.path)
      const reached = next + lines.length + MOST_SAID
      for (let number = next; number < reached; number++) {
        const isThere = await readsWhole(store, number)
        if (written.has(number)) lost += isThere === 'whole' ? 0 : 1
        else if (isThere === 'part') torn++
      }
      const there = new Set((await store.list()).map(({ file }) => file))
      for (const name of removed) if (there.has(name)) back++
      await store.close()
      next = Math.max(next, ...written) + 1
    }
    // All of them again: a later kill spoils nothing that was there before.
    const store = openDiskChunks(folder.path)
    for (const number of written) if ((await readsWhole(store, number)) !== 'whole') lost++
    for (const { file } of await store.list()) await store.remove(file)
    await store.close()
    return { kills, acknowledged: written.size + removed.size, lost, back, torn, left: readdirSync(folder.path).length }
  } finally {
    folder.remove()
  }
}

async function readsWhole(store: ReturnType<typeof openDiskChunks>, number: number): Promise<'whole' | 'part' | 'nothing'> {
  const { file, offset } = placeNumbered(number)
  const expected = chunkNumbered(number)
  const found = (await store.read(file, offset, expected.length)) ?? new Uint8Array()
  if (Buffer.compare(found, expected) === 0) return 'whole'
  return found.some((byte) => byte !== 0) ? 'part' : 'nothing'
}

/** What it said before it was killed. */
async function runUntilKilled(folder: string, first: number, mostSaid: number): Promise<readonly string[]> {
  const program = join(import.meta.dirname, 'chunk-writer-process.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let said = ''
  let isLate = false
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
    if (isLate || said.split('\n').length <= mostSaid) return
    isLate = true
    setTimeout(() => child.kill('SIGKILL'), Math.random() * WRITE_MS)
  })
  await ended
  if (child.signalCode !== 'SIGKILL') throw new Error(`the writer ended by itself with ${child.exitCode}`)
  // The last line may be half of one.
  return said.split('\n').slice(0, -1)
}

export const isKept = ({ acknowledged, lost, back, left }: ChunkKills): boolean => acknowledged > 0 && lost + back + left === 0
