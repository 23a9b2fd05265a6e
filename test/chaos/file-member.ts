/** A member on a folder of its own, whose process ends and starts again. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CalledProcess, startCalledProcess } from '../fixtures/called-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { type ChunkWay, readChunkLog } from './chunk-log.ts'
import type { FileMemberCalls } from './file-member-calls.ts'

export interface FileMember {
  /** Rejects while it is away. */
  readonly call: CalledProcess<FileMemberCalls>['call']
  readonly isAway: () => boolean
  /** SIGKILL. */
  readonly kill: () => Promise<void>
  /** A clean stop, and the end of the process. */
  readonly leave: () => Promise<void>
  /** A new process on the folder. */
  readonly comeBack: () => Promise<void>
  /** The chunks that went over its network in one of these ways, after the first `since` lines. */
  readonly chunks: (ways: readonly ChunkWay[], since: number) => readonly number[]
  /** How many lines its log has. */
  readonly logged: () => number
  /** What its engine reported. */
  readonly faults: () => readonly string[]
  /** The names of the files in its store of chunks. */
  readonly stored: () => readonly string[]
  readonly remove: () => Promise<void>
}

export async function enterFileMember(name: string, relay: string): Promise<FileMember> {
  const folder = makeTemporaryFolder(`chaos-${name}`)
  const logPath = join(folder.path, 'log')
  const begin = () => startCalledProcess<FileMemberCalls>(join(import.meta.dirname, 'file-member-process.ts'), [join(folder.path, 'profile'), logPath])
  let running: CalledProcess<FileMemberCalls> | null = await begin()
  const now = (): CalledProcess<FileMemberCalls> => {
    if (running === null) throw new Error(`${name} is away`)
    return running
  }
  const kill = async (): Promise<void> => {
    const ending = now()
    running = null
    await ending.end()
  }
  await now().call('signUp', name, relay)
  return {
    call: (...asked) => now().call(...asked),
    isAway: () => running === null,
    kill,
    leave: async () => {
      await now().call('stop')
      await kill()
    },
    comeBack: async () => {
      running = await begin()
      await running.call('start')
    },
    chunks: (ways, since) =>
      readChunkLog(logPath)
        .chunks.slice(since)
        .flatMap(({ way, chunk }) => (ways.includes(way) ? [chunk] : [])),
    logged: () => readChunkLog(logPath).chunks.length,
    faults: () => readChunkLog(logPath).faults,
    stored: () => readdirSync(join(folder.path, 'profile', 'chunks')),
    remove: async () => {
      if (running !== null) await kill()
      folder.remove()
    },
  }
}
