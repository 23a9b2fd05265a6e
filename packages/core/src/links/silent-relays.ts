/**
 * Relays that hang: the connection stays, and nothing comes (PROTOCOL §8.7). Pings find that out too (`line-watch.ts` of the transport),
 * later, since they close the connection; here it is only gone round, and is there again with the next word from it.
 */
import type { ClientState } from '@sotto/mailbox'
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { RELAY_LINK } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'

/** How long the first answer may take: longer on a slow line, by the size of what was asked first. What is asked later prolongs nothing. */
const patienceMs = (context: Context, client: ClientState): number =>
  LIMITS.relayAwayMs + Math.ceil((context.mailbox.firstUnansweredBytes(client) / LIMITS.relayLineBytesPerSecond) * 1_000)

/** Something was asked of a relay, or it said something (`isHeard`). Notes since when it owes an answer. */
export function noteHeard(context: Context, name: string, isHeard: boolean): void {
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  const awaits = context.mailbox.awaitsAnswer(link.client)
  const unheardMs = awaits ? (isHeard ? context.nowMs : (link.unheardMs ?? context.nowMs)) : null
  const isSilent = link.isSilent && !isHeard && awaits
  if (unheardMs === link.unheardMs && isSilent === link.isSilent) return
  context.transaction.put(RELAY_LINK, [name], { ...link, unheardMs, isSilent })
  if (unheardMs !== null && !isSilent) setTimer(context, 'silence', unheardMs + LIMITS.relayAwayMs, 'earliest')
}

/** Marks relays that have not answered for too long. Returns whether there is one that was not marked before. */
export function reviewSilence(context: Context): boolean {
  let isAnother = false
  for (const { key, value } of context.transaction.scan(RELAY_LINK)) {
    if (value.unheardMs === null || value.isSilent) continue
    const atMs = value.unheardMs + patienceMs(context, value.client)
    // A device that slept has heard nobody.
    const hasSlept = atMs + LIMITS.relayAwayMs < context.nowMs
    if (hasSlept) context.transaction.put(RELAY_LINK, key, { ...value, unheardMs: context.nowMs })
    if (hasSlept || atMs > context.nowMs) setTimer(context, 'silence', hasSlept ? context.nowMs + LIMITS.relayAwayMs : atMs, 'earliest')
    else {
      context.transaction.put(RELAY_LINK, key, { ...value, isSilent: true })
      isAnother = true
    }
  }
  return isAnother
}
