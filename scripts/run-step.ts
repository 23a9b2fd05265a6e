import { type ChildProcess, spawn } from 'node:child_process'
import { ROOT } from './repository.ts'

/** What a step's end was. */
export interface StepResult {
  readonly ok: boolean
  readonly seconds: number
  /** What it wrote, when it was asked to be quiet; else empty. */
  readonly output: string
  /** It was ended because its time was over. */
  readonly timedOut: boolean
}

export interface StepOptions {
  /** Keep what it writes instead of showing it. */
  readonly quiet?: boolean
  /** It is ended, with all it started in its group, when it takes longer. */
  readonly limitMs: number
  readonly env?: { readonly [name: string]: string }
  /** How it is ended. SIGKILL where it would not hear SIGTERM. */
  readonly endSignal?: NodeJS.Signals
}

const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of running) endGroup(child, 'SIGKILL')
    process.exit(1)
  })
}
process.on('exit', () => {
  for (const child of running) endGroup(child, 'SIGKILL')
})

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
  } catch {
    // It ended by itself.
  }
}

/** Runs a program from the repository's folder, in a process group of its own, with a hard end. */
export function runStep(program: string, programArguments: readonly string[], options: StepOptions): Promise<StepResult> {
  const startMs = performance.now()
  const child = spawn(program, [...programArguments], {
    cwd: ROOT,
    detached: process.platform !== 'win32',
    stdio: options.quiet === true ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...options.env },
  })
  running.add(child)
  let output = ''
  let timedOut = false
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const timer = setTimeout(() => {
    timedOut = true
    endGroup(child, options.endSignal ?? 'SIGKILL')
  }, options.limitMs)
  return new Promise((resolve) => {
    const end = (ok: boolean): void => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ ok, seconds: (performance.now() - startMs) / 1000, output, timedOut })
    }
    child.on('error', (fault) => {
      output += fault.message
      end(false)
    })
    child.on('exit', (code) => {
      // What it left behind in its group must not outlive it.
      endGroup(child, 'SIGKILL')
      // The streams may have a last word.
      setImmediate(() => end(code === 0 && !timedOut))
    })
  })
}
