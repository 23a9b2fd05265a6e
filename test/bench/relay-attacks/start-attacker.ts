/** Starts one attack, and says how far it is. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Done, Orders } from './attacker.ts'

export interface Attacker {
  readonly pid: number
  /** What it has done so far: dials, requests, frames. */
  readonly acts: () => number
  readonly end: () => void
}

/** An attack that ends with its process. */
export function startAttacker(orders: Orders): Attacker {
  const child = fork(join(import.meta.dirname, 'attacker.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  })
  let acts = 0
  child.on('message', (done) => {
    acts = (done as Done).acts
  })
  const end = (): void => void child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  child.send(orders)
  return { pid: child.pid ?? 0, acts: () => acts, end }
}
