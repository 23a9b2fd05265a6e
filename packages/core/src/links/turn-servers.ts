/** Which TURN servers of a relay are used: it names machines of others, and a direct connection shows them where this device is (PROTOCOL §8.75, §13.65). */
import { LIMITS, type TurnAccess, hostOfTurnUrl, rangeOfAddress } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { isWanted } from './relay-links.ts'

/** What a header, an address and a log can hold. */
const PLAIN = /^[\x21-\x7e]+$/

/** Hands them on to the network, or none. */
export function useTurn(context: Context, relay: string, turn: TurnAccess | null): void {
  const isUsable = turn !== null && isWanted(context, relay) && PLAIN.test(turn.username) && PLAIN.test(turn.password)
  context.effects.push({
    kind: 'useTurn',
    relay,
    urls: isUsable ? turn.urls.filter((url) => mayAsk(relay, url)) : [],
    username: isUsable ? turn.username : '',
    password: isUsable ? turn.password : '',
    untilMs: context.nowMs + Math.min((turn?.forSeconds ?? 0) * 1_000, LIMITS.turnMs),
  })
}

/** A public host, or one in the range where its relay is: any other would be a machine of this person's own house. */
function mayAsk(relay: string, url: string): boolean {
  const host = hostOfTurnUrl(url)
  if (host === undefined) return false
  const range = rangeOfAddress(host)
  return range === 'public' || (range !== 'special' && range === rangeOfAddress(relay))
}
