/** A relay in a process of its own, as an operator runs it, for tests that kill it, stop it or attack it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export interface Listening {
  readonly event: string
  readonly addresses: readonly string[]
  readonly peerId: string
  readonly http: string
}

export interface RelayProcess {
  readonly child: ChildProcess
  /** Resolves with exit code and signal. */
  readonly exited: Promise<unknown[]>
  /** null: it ended before it listened. */
  readonly listening: Listening | null
  /** What it wrote to standard output before it listened, and to standard error. */
  readonly output: readonly string[]
  readonly errors: readonly string[]
  /** Its memory now (Linux; elsewhere 0). */
  readonly memoryBytes: () => number
  /** Kills it if it still runs. */
  readonly end: () => Promise<void>
}

/** Resolves when it listens or has ended. `within`: a program and its arguments that become it. */
export async function startRelayProcess(options: {
  readonly words: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly within?: readonly string[]
  /** Modules that it loads first. */
  readonly imports?: readonly string[]
}): Promise<RelayProcess> {
  const imports = (options.imports ?? []).map((url) => `--import=${url}`)
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', ...imports, MAIN, ...options.words]
  const [program = process.execPath, ...args] = [...(options.within ?? []), ...node]
  const child = spawn(program, args, { env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const listening = await Promise.race([
    new Promise<Listening>((resolve) => {
      lines.on('line', (line) => {
        output.push(line)
        if (line.startsWith('{')) resolve(JSON.parse(line) as Listening)
      })
    }),
    exited.then(() => null),
  ])
  return {
    child,
    exited,
    listening,
    output,
    errors,
    memoryBytes: () => residentBytes(child.pid ?? 0),
    end: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Arguments of a relay on any free ports of loopback. */
export const onAnyPort = (data: string): readonly string[] => ['--data', data, '--port', '0', '--http-port', '0', '--json']

function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return 0
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib ?? 0) * 1024
}
