/**
 * Lines in conversations about what this device learned of a person: another name, other devices, device lists that contradict
 * each other. They follow from rows that change in the same step, so that each is written once (PROTOCOL §1, §3).
 */
import { rosterOf } from '../groups/group-log.ts'
import { touch } from '../groups/group-row.ts'
import { pinOf } from '../groups/pins.ts'
import type { Context, InternalEvent } from '../state/context.ts'
import { bytesOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { noteInConversation, noteRename } from './conversation.ts'
import type { AccountId } from '@sotto/wire'

/** Writes the line in every group that this device shares with the account. */
export function tellOfPerson(context: Context, event: Extract<InternalEvent, { readonly kind: 'renamed' | 'devicesChanged' | 'devicesForked' }>): void {
  const account = bytesOf<AccountId>(event.account)
  for (const { key, value } of context.transaction.scan(GROUP)) {
    const [group = ''] = key
    // Names of others may have changed with it.
    touch(context, group)
    if (value.state !== 'member' || !rosterOf(context, group).isMember(account)) continue
    switch (event.kind) {
      case 'renamed':
        noteRename(context, group, account, event)
        break
      case 'devicesChanged':
        noteInConversation(context, group, pinOf(context, event.account).verified === null ? 'devicesChanged' : 'markLost', account)
        break
      case 'devicesForked':
        noteInConversation(context, group, 'devicesForked', account)
    }
  }
}
