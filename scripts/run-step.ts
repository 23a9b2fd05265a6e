import { type ChildProcess, spawn } from 'node:child_process'
import { ROOT } from './repository.ts'

/** How a step ended. */
export interface StepResult {
  readonly ok: boolean
  readonly seconds: number
  /** Its output if it ran quietly; else empty. */
  readonly output: string
  /** It was ended by its time limit. */
  readonly timedOut: boolean
}

export interface StepOptions {
  /** Collect its output instead of showing it. */
  readonly quiet?: boolean
  /** After this it is ended, with everything that it started in its group. */
  readonly limitMs: number
  readonly env?: { readonly [name: string]: string }
  /** The signal that ends it. SIGKILL for a program that ignores SIGTERM. */
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
    // It has ended by itself.
  }
}

/** Runs a program from the repository's folder, in a process group of its own, with a hard time limit. */
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
      // What it left in its group must not outlive it.
      endGroup(child, 'SIGKILL')
      // The streams may still have output.
      setImmediate(() => end(code === 0 && !timedOut))
    })
  })
}
