/** A new member hands out what others need to read it: once it has compared logs and has caught up with the group (PROTOCOL §5). */
import { cipherOf } from '../cipher/group-cipher.ts'
import { maySeal } from '../epochs/caught-up.ts'
import { newMemberGroups } from '../groups/new-member.ts'
import { endComparison } from '../sessions/is-comparing.ts'
import type { Context } from '../state/context.ts'

/** Introduces this device in each group that it has just joined and knows well enough by now. */
export function introduceWhereCompared(context: Context): void {
  for (const group of newMemberGroups(context)) {
    // It says no as well where logs are still compared.
    if (!maySeal(context, group)) continue
    endComparison(context, group)
    cipherOf(context, group).joined(context, group)
  }
}
