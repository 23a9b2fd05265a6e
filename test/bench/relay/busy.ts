/** Which of the threads that take part in a measurement is busy (Linux; elsewhere nothing is known). */
import { readFileSync, readdirSync } from 'node:fs'

/** Of one process: seconds of processor time of its first thread, which has the sockets, and of the worker that has the store. */
interface Spent {
  readonly main: number
  readonly worker: number
}

/** Ticks of `/proc` in a second, on every Linux there is. */
const TICKS = 100

function spent(pid: number): Spent {
  const times = { main: 0, worker: 0 }
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS
      if (Number(thread) === pid) times.main += seconds
      else if (name === 'WorkerThread') times.worker += seconds
    }
  } catch {
    // Not Linux, or it has ended.
  }
  return times
}

/** Parts of a core that were taken since `watchBusy` began: the busiest relay's two threads, the busiest client, and all of the machine's cores. */
export interface Busy {
  readonly sockets: number
  readonly store: number
  readonly clients: number
  readonly machine: number
}

function machineTimes(): { readonly all: number; readonly idle: number } {
  try {
    const ticks = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number)
    return { all: ticks.reduce((sum, each) => sum + each, 0), idle: (ticks[3] ?? 0) + (ticks[4] ?? 0) }
  } catch {
    return { all: 0, idle: 0 }
  }
}

/** Ends with the call of what it returns. */
export function watchBusy(servers: readonly number[], clients: readonly number[]): () => Busy {
  const startMs = performance.now()
  const before = new Map([...servers, ...clients].map((pid) => [pid, spent(pid)]))
  const machine = machineTimes()
  return () => {
    const seconds = (performance.now() - startMs) / 1_000
    const most = (pids: readonly number[], of: keyof Spent): number =>
      Math.max(0, ...pids.map((pid) => (spent(pid)[of] - (before.get(pid)?.[of] ?? 0)) / seconds))
    const now = machineTimes()
    const all = Math.max(1, now.all - machine.all)
    return { sockets: most(servers, 'main'), store: most(servers, 'worker'), clients: most(clients, 'main'), machine: 1 - (now.idle - machine.idle) / all }
  }
}

/** A thread that takes more is taken for the one that holds all up. A guess: the rest goes into waking up. */
const FULL = 0.8

/** What holds it up, in words. */
export function whatBreaks({ sockets, store, clients, machine }: Busy): string {
  if (sockets >= FULL) return "the thread of the relay's sockets"
  if (store >= FULL) return "the thread of the relay's store"
  if (clients >= FULL) return 'the clients of this measurement, before the relay'
  if (machine >= 0.95) return "the machine's cores, which the relay shares with its clients"
  return store > sockets ? 'the disk: the store waits for it' : 'nothing that is busy: something waits'
}
