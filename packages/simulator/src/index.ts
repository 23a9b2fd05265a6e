export { type RunCounts, type RunResult, simulate } from './simulate.ts'
