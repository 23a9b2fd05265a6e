/**
 * A target with two more bounds, on the processor time and the memory that a sequence takes. Both vary with what else the
 * machine does: a sequence that passes one is played again, and the least of three counts. For `npm run fuzz`, and for no test.
 */
import { memoryUsage, threadCpuUsage } from 'node:process'
import type { ActSequence, Played, StatefulTarget } from './target.ts'

/** A play with coverage switched on, and what each act adds. Guesses: honest ones take a hundredth. */
const MOST_CPU_MS = 1_000
const MOST_CPU_MS_FOR_AN_ACT = 200
const MIB = 1024 * 1024
const MOST_BYTES = 64 * MIB
const MOST_BYTES_FOR_AN_ACT = 8 * MIB
const TRIES = 3

export function measured(target: StatefulTarget): StatefulTarget {
  const measure = (sequence: ActSequence): { readonly played: Played; readonly cpuMs: number; readonly bytes: number } => {
    const before = memoryUsage()
    const { user, system } = threadCpuUsage()
    const played = target.play(sequence)
    const after = threadCpuUsage()
    const memory = memoryUsage()
    const bytes = memory.heapUsed + memory.arrayBuffers - before.heapUsed - before.arrayBuffers
    return { played, cpuMs: (after.user + after.system - user - system) / 1_000, bytes }
  }
  return {
    ...target,
    play: (sequence) => {
      const mostCpuMs = MOST_CPU_MS + MOST_CPU_MS_FOR_AN_ACT * sequence.acts.length
      const mostBytes = MOST_BYTES + MOST_BYTES_FOR_AN_ACT * sequence.acts.length
      let { played, cpuMs, bytes } = measure(sequence)
      for (let i = 1; i < TRIES && (cpuMs > mostCpuMs || bytes > mostBytes); i++) {
        const again = measure(sequence)
        cpuMs = Math.min(cpuMs, again.cpuMs)
        bytes = Math.min(bytes, again.bytes)
      }
      const violations = [
        ...played.violations,
        ...(cpuMs > mostCpuMs ? [`a sequence of ${sequence.acts.length} acts took ${Math.round(cpuMs)} ms of processor time`] : []),
        ...(bytes > mostBytes ? [`a sequence of ${sequence.acts.length} acts took ${Math.round(bytes / MIB)} MiB`] : []),
      ]
      const shares = new Map([...played.shares, ['processor time', cpuMs / mostCpuMs] as const, ['memory', bytes / mostBytes] as const])
      return { ...played, violations, shares }
    },
  }
}
