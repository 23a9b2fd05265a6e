/**
 * Makes a failing plan smaller: planned events are left out, first in halves and then one by one, as long as the same
 * invariant still fails (delta debugging; Zeller and Hildebrandt, 2002).
 */
import type { Primitives } from '@sotto/crypto/primitives'
import type { Plan, PlannedEvent } from './plan.ts'
import { play, type RunResult } from './simulate.ts'

/** The smallest plan found that fails as `failed` does, in at most `mostRuns` further runs. */
export function shrink(
  plan: Plan,
  failed: RunResult,
  primitives: Primitives,
  mostRuns = 200,
  run: (plan: Plan) => RunResult = (each) => play(each, primitives),
): { readonly plan: Plan; readonly result: RunResult; readonly runs: number } {
  const broken = new Set(failed.violations.map(invariantOf))
  let best = { plan, result: failed }
  let runs = 0
  const fails = (plannedEvents: readonly PlannedEvent[]): boolean => {
    if (runs >= mostRuns) return false
    runs++
    const smaller = { ...best.plan, plannedEvents }
    const result = run(smaller)
    if (!result.violations.some((each) => broken.has(invariantOf(each)))) return false
    best = { plan: smaller, result }
    return true
  }
  for (let size = Math.ceil(plan.plannedEvents.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.plan.plannedEvents.length;) {
      const without = best.plan.plannedEvents.filter((_, i) => i < from || i >= from + size)
      if (!fails(without)) from += size
    }
  }
  return { ...best, runs }
}

const invariantOf = (violation: string): string => violation.split(':', 1)[0] ?? ''
