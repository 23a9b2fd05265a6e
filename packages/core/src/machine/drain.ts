/** The end of a step: what happened is applied, then everything that can leave now leaves. */
import { askToDrop } from '../files/at-relay/drop.ts'
import { leaveChunks } from '../files/at-relay/leave-chunks.ts'
import { acknowledgeTaken } from '../links/inbox.ts'
import { flushOutbox } from '../links/outbox.ts'
import { flushPendingMessages } from '../messages/pending-messages.ts'
import { flushLetters } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { SELF } from '../state/tables/self.ts'
import { askWhereWritten } from './ask-where-written.ts'
import { applyInternalEvents } from './internal-events.ts'
import { introduceWhereCompared } from './introduce.ts'
import { applyRelayEvent } from './relay-events.ts'
import { sayDueProfiles } from './say-profile.ts'

/** Works through internal events and relay events before the step ends, then sends everything that can leave now. */
export function drain(context: Context): void {
  if (context.transaction.get(SELF, 'self') === undefined) return
  for (let round = 0; round < MOST_ROUNDS; round++) {
    applyInternalEvents(context)
    for (let relayEvent = context.relayEvents.shift(); relayEvent !== undefined; relayEvent = context.relayEvents.shift()) {
      applyRelayEvent(context, relayEvent)
      applyInternalEvents(context)
    }
    introduceWhereCompared(context)
    sayDueProfiles(context)
    askWhereWritten(context)
    flushPendingMessages(context)
    flushLetters(context)
    flushOutbox(context)
    leaveChunks(context)
    askToDrop(context)
    acknowledgeTaken(context)
    if (context.relayEvents.length === 0 && context.internalEvents.length === 0) return
  }
}

/** A client answers at once only what it refuses, so a few rounds are enough. This bounds a bug of ours. */
const MOST_ROUNDS = 16
