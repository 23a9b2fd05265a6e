/**
 * Credentials for the operator's TURN servers, which end by themselves: a name that says until when, and its HMAC under a secret that only this relay
 * and those servers have (draft-uberti-behave-turn-rest-00, coturn's `use-auth-secret`; PROTOCOL §8.75).
 */
import { createHmac } from 'node:crypto'
import type { TurnAccess } from '@sotto/wire'

export interface TurnServers {
  /** `turn:HOST:PORT`, `turns:HOST:PORT`, as `hostOfTurnUrl` takes them. */
  readonly urls: readonly string[]
  /** Shared with them: coturn's `static-auth-secret`. */
  readonly secret: string
}

const HOUR_SECONDS = 3_600
/**
 * For how long credentials are good, to the next full hour after it, and how often a client is told newer ones. A connection that begins with the
 * oldest lasts for six hours before its TURN server ends it and it goes on through the relay. Guesses.
 */
const GOOD_SECONDS = 12 * HOUR_SECONDS
export const TURN_RENEWED_MS = 6 * HOUR_SECONDS * 1_000

/**
 * The name is a time and nothing else, and all clients of one hour have the same: it tells a TURN server neither a device nor a group nor when one came.
 * @param nowMs by the clock of the machine, which the TURN servers' agree with
 */
export function turnAccess({ urls, secret }: TurnServers, nowMs: number): TurnAccess {
  const nowSeconds = Math.floor(nowMs / 1_000)
  const until = Math.ceil((nowSeconds + GOOD_SECONDS) / HOUR_SECONDS) * HOUR_SECONDS
  const username = String(until)
  return { urls, username, password: createHmac('sha1', secret).update(username).digest('base64'), forSeconds: until - nowSeconds }
}
