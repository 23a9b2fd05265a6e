export type { RunCounts } from './counts.ts'
export { type Plan, planOf } from './plan.ts'
export { shrink } from './shrink.ts'
export { play, type RunResult, simulate } from './simulate.ts'
