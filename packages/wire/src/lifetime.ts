/** How long a message may last (PROTOCOL §8.86). */
import { LIMITS } from './limits.ts'

/** Whether so many seconds are a lifetime: what is shorter nobody could read, and what is longer lies at relays no more. */
export const isLifetime = (seconds: number): boolean => Number.isInteger(seconds) && seconds === nearestLifetime(seconds)

/** The lifetime that is nearest to what an author said. */
export const nearestLifetime = (seconds: number): number => Math.min(Math.max(seconds, LIMITS.lifetimeLeastSeconds), LIMITS.lifetimeMostSeconds)
