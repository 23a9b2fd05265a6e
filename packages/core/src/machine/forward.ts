/** A person passes a text on to other groups (PROTOCOL §8.37): to all that were chosen, or to none. */
import { LIMITS } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { groupRow } from '../groups/group-row.ts'
import { intend, lasting, lifetimeIn } from '../messages/pending-messages.ts'
import { wrongText } from '../messages/wrong-text.ts'
import type { Context } from '../state/context.ts'

export function forward(context: Context, groups: readonly string[], text: string): EngineReply {
  const chosen = new Set(groups)
  if (chosen.size < 1 || chosen.size > LIMITS.forwardedAtOnce) return no('badRequest')
  const wrong = wrongText(text)
  if (wrong !== null) return wrong
  for (const group of chosen) {
    const row = groupRow(context, group)
    if (row === undefined) return no('unknownGroup')
    if (row.state !== 'member') return no('notMember')
  }
  for (const group of chosen) intend(context, group, lasting(context, { kind: 'forwarded', text }, lifetimeIn(context, group, null) ?? 0))
  return ok()
}
