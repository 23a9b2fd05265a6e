/** The end of a step: what happened is heard, then everything that can leave now leaves. */
import { acknowledgeTaken } from '../links/inbox.ts'
import { flushOutbox } from '../links/outbox.ts'
import { flushIntents } from '../messages/intents.ts'
import { flushLetters } from '../sessions/letter-queue.ts'
import type { Context } from '../state/context.ts'
import { SELF } from '../state/tables/self.ts'
import { hearHappenings } from './happenings.ts'
import { hear } from './news.ts'

/** What follows from an event before the step ends: news, then everything that can leave now. */
export function settle(context: Context): void {
  if (context.draft.get(SELF, 'self') === undefined) return
  for (let round = 0; round < MOST_ROUNDS; round++) {
    hearHappenings(context)
    for (let news = context.news.shift(); news !== undefined; news = context.news.shift()) {
      hear(context, news)
      hearHappenings(context)
    }
    flushIntents(context)
    flushLetters(context)
    flushOutbox(context)
    acknowledgeTaken(context)
    if (context.news.length === 0 && context.happenings.length === 0) return
  }
}

/** A client answers at once at most for what it refuses; this bounds a fault of ours. */
const MOST_ROUNDS = 16
