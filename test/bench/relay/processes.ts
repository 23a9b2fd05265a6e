/** Starts the processes of the relay's benchmarks: servers, whose processor time is measured alone, and the clients that load them. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FromLoad, FromServer, Job, JobResult, Memory, ServerKind, ToServer } from './messages.ts'

export interface Server {
  readonly pid: number
  readonly address: string
  /** Processor time of all its threads so far, µs. */
  readonly cpuUs: () => Promise<number>
  readonly memory: () => Promise<Memory>
  readonly end: () => Promise<void>
}

export interface Load {
  readonly pid: number
  /** Rejects with what went wrong. One at a time. */
  readonly run: (job: Job) => Promise<JobResult>
  readonly end: () => Promise<void>
}

/** No job of a benchmark takes longer: what does hangs. */
const PATIENCE_MS = 5 * 60_000

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

function start(
  file: string,
  words: readonly string[],
): { readonly child: ChildProcess; readonly next: <T>() => Promise<T>; readonly end: () => Promise<void> } {
  const child = fork(join(import.meta.dirname, file), [...words], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  running.add(child)
  const next = async <T>(): Promise<T> => {
    const over = new AbortController()
    const late = setTimeout(() => over.abort(new Error(`${file} says nothing for ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS)
    const gone = exited.then((): never => {
      throw new Error(`${file} ended`)
    })
    gone.catch(() => {})
    try {
      const [message] = (await Promise.race([once(child, 'message', { signal: over.signal }), gone])) as [T]
      return message
    } finally {
      clearTimeout(late)
    }
  }
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
    running.delete(child)
  }
  return { child, next, end }
}

/** Resolves when it listens. */
export async function startServer(kind: ServerKind): Promise<Server> {
  const { child, next, end } = start('server-process.ts', [JSON.stringify(kind)])
  const first = await next<FromServer>()
  const address = 'listening' in first ? first.listening[0] : undefined
  if (address === undefined) throw new Error('a server that listens nowhere')
  return {
    pid: child.pid ?? 0,
    address,
    cpuUs: async () => {
      const answered = next<Extract<FromServer, { readonly cpuUs: number }>>()
      child.send({ ask: 'cpu' } satisfies ToServer)
      return (await answered).cpuUs
    },
    memory: async () => {
      const answered = next<Extract<FromServer, { readonly memory: Memory }>>()
      child.send({ ask: 'memory' } satisfies ToServer)
      return (await answered).memory
    },
    end,
  }
}

export async function startLoad(): Promise<Load> {
  const { child, next, end } = start('load-process.ts', [])
  await next()
  return {
    pid: child.pid ?? 0,
    run: async (job) => {
      const answered = next<FromLoad>()
      child.send(job)
      const answer = await answered
      if ('fault' in answer) throw new Error(`${job.job}: ${answer.fault}`)
      if (!('result' in answer)) throw new Error(`${job.job}: no result`)
      return answer.result
    },
    end,
  }
}

/** Runs the work with a server and clients, which end with it. */
export async function withProcesses<T>(kind: ServerKind, loads: number, work: (server: Server, loads: readonly Load[]) => Promise<T>): Promise<T> {
  const server = await startServer(kind)
  const clients = await Promise.all(Array.from({ length: loads }, startLoad))
  try {
    return await work(server, clients)
  } finally {
    await Promise.all([server.end(), ...clients.map(({ end }) => end())])
  }
}
