/**
 * Plays the chunk store's cases on a disk of a few MiB: a `tmpfs` that this process mounts over the folder that it is given, in a mount
 * namespace of its own (`unshare --mount`). Prints the names of the cases that failed as JSON, with why.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { CHUNK_CASES } from '@sotto/engine/conformance'
import { openDiskChunks } from '../disk-chunks.ts'

const MIB = 1024 * 1024
const [folder = ''] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${32 * MIB}`, 'tmpfs', folder])

const makeDisk = (bytes: number): void => void execFileSync('mount', ['-o', `remount,size=${bytes}`, folder])
const usedBytes = (): number => {
  const { blocks, bfree, bsize } = statfsSync(folder)
  return (blocks - bfree) * bsize
}

const failed: Record<string, string> = {}
for (const [index, { name, run }] of CHUNK_CASES.entries()) {
  const place = join(folder, String(index))
  mkdirSync(place)
  await run({
    open: async () => {
      makeDisk(usedBytes() + 32 * MIB)
      return openDiskChunks(place)
    },
    openFull: async () => {
      makeDisk(usedBytes() + 256 * 1024)
      return openDiskChunks(place)
    },
  }).catch((fault: unknown) => {
    failed[name] = String(fault)
  })
}
process.stdout.write(JSON.stringify({ played: CHUNK_CASES.length, failed }))
