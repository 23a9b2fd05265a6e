/** Small helpers of the relay's benchmarks. */
import { randomBytes } from 'node:crypto'
import type { GroupSeeds } from './messages.ts'

export const newGroup = (): GroupSeeds => ({ read: randomBytes(32).toString('hex'), append: randomBytes(32).toString('hex') })

/** With two digits that mean something. */
export const rounded = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(2)))

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
