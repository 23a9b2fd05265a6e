/** Mailboxes that are read at relays, each from where reading stopped (PROTOCOL §8). */
import { type MailboxCredentials, mailboxIdOf, type Position } from '@sotto/mailbox'
import type { MailboxId } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { CAUGHT_UP, CURSOR, MAILBOX, type MailboxPurpose, RELAY_LINK } from '../state/tables/links.ts'
import { runClient } from './relay-client.ts'
import { linkRelay, relayName } from './relay-links.ts'

/** Reads a mailbox at a relay from where we stopped, or from after `from` (null: from the start). Does nothing if it is being read already. */
export function readMailbox(context: Context, address: string, credentials: MailboxCredentials, purpose: MailboxPurpose, from?: Position | null): void {
  linkRelay(context, address)
  const mailbox = textOf(mailboxIdOf(context.provider.primitives, credentials.keys))
  if (context.transaction.get(MAILBOX, mailbox) === undefined) context.transaction.put(MAILBOX, [mailbox], { purpose, credentials })
  const name = relayName(context, address)
  const after = from === undefined ? (context.transaction.get(CURSOR, name, mailbox) ?? null) : from
  runClient(context, name, (client) => context.mailbox.want(client, credentials, after, context.nowMs))
}

/** Stops reading a mailbox at every relay. */
export function closeMailbox(context: Context, mailbox: string): void {
  context.transaction.delete(MAILBOX, mailbox)
  // Also at relays that are no longer linked.
  for (const { key } of context.transaction.scan(CURSOR)) if (key[1] === mailbox) context.transaction.delete(CURSOR, ...key)
  for (const { key, value } of context.transaction.scan(RELAY_LINK)) {
    const name = key[0] ?? ''
    context.transaction.delete(CAUGHT_UP, name, mailbox)
    if (value !== undefined) runClient(context, name, (client) => context.mailbox.unwant(client, bytesOf<MailboxId>(mailbox)))
  }
}

/** Acknowledges everything up to a cursor as durable here: the relay may delete it from an inbox or rendezvous. */
export function acknowledgeMailbox(context: Context, name: string, credentials: MailboxCredentials, upTo: number): void {
  runClient(context, name, (client) => context.mailbox.acknowledge(client, credentials, upTo, context.nowMs))
}
