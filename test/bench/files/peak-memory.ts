/** How much memory a process had resident at most, as Linux counts it, so that nothing between two looks is missed (proc(5)). */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const KIB = 1024

/** Whether this system counts so. */
export const canCountMemory = (): boolean => existsSync('/proc/self/clear_refs')

const read = (pid: number, name: 'VmHWM' | 'VmRSS'): number => {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (found === null) throw new Error(`process ${pid} has no ${name}`)
  return Number(found[1]) * KIB
}

/** From now on the peak is counted again. Returns what is resident now, bytes. */
export function beginPeak(pid: number): number {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  return read(pid, 'VmRSS')
}

/** The most since `beginPeak`, bytes. */
export const peakSince = (pid: number): number => read(pid, 'VmHWM')
