/** Whether this device may seal: only once it has caught up with what others sent (PROTOCOL §7). */
import { currentEpoch } from '../groups/group-row.ts'
import { isComparing } from '../sessions/is-comparing.ts'
import { isAway } from '../links/group-relays.ts'
import { relayName } from '../links/relay-links.ts'
import type { Context } from '../state/context.ts'
import { EPOCH_KEYS, GROUP } from '../state/tables/groups.ts'
import { CAUGHT_UP, MAILBOX, PEER, RELAY_LINK } from '../state/tables/links.ts'
import { epochMailbox } from './epoch-keys.ts'

/**
 * Nothing is sealed before this device has caught up (PROTOCOL §7): with its inbox and the epoch's mailbox at a connected
 * relay, or with a member that it is reconciled with.
 */
export function maySeal(context: Context, group: string): boolean {
  const row = context.transaction.get(GROUP, group)
  const epoch = currentEpoch(context, group)
  const keys = epoch === undefined ? undefined : context.transaction.get(EPOCH_KEYS, group, epoch)
  if (row?.state !== 'member' || epoch === undefined || keys === undefined || isComparing(context, group)) return false
  const links = row.relays.map((relay) => ({ relay, name: relayName(context, relay) }))
  const connected = links.filter(({ name }) => context.transaction.get(RELAY_LINK, name)?.state === 'connected')
  const hasRead = connected.some(({ relay, name }) => context.transaction.get(CAUGHT_UP, name, epochMailbox(context, keys, relay).id) !== undefined)
  if (hasRead && inboxCaughtUp(context)) return true
  if (connected.some(({ relay }) => !isAway(context, relay))) return false
  return context.transaction.scan(PEER).some(({ value }) => value.reconciled.includes(epoch))
}

/** Whether the backlog of our inbox came from every relay that is there and where we read it. */
function inboxCaughtUp(context: Context): boolean {
  const inbox = context.transaction.scan(MAILBOX).find(({ value }) => value.purpose.kind === 'inbox')?.key[0]
  if (inbox === undefined) return true
  return context.transaction
    .scan(RELAY_LINK)
    .filter(({ value }) => value.state === 'connected' && !value.isSilent && value.client.wanted.has(inbox))
    .every(({ key }) => context.transaction.get(CAUGHT_UP, key[0] ?? '', inbox) !== undefined)
}
