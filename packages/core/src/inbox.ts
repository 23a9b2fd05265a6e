/** Reading our own inbox, and letting the relay forget what is safe here (PROTOCOL §8). */
import { type MailboxCredentials, mailboxIdOf } from '@sotto/mailbox'
import { type Context, textOf } from './context.ts'
import { selfOf } from './group-log.ts'
import { ownRelays, placesOf } from './group-relays.ts'
import { inboxKeys } from './profile.ts'
import { acknowledgeMailbox, readMailbox } from './relay-link.ts'
import { GROUP, JOIN, MAILBOX, TAKEN } from './tables.ts'

export const inboxCredentials = (context: Context): MailboxCredentials => ({
  keys: inboxKeys(context),
  readSeed: selfOf(context).inboxReadSeed,
  appendSeed: null,
  grant: null,
})

/**
 * Reads our inbox at every relay of ours, and wherever our groups are: whoever cannot reach our relays leaves letters there.
 * While we join, at the relays of the invite too.
 */
export function readOwnInbox(context: Context): void {
  const groups = context.draft.scan(GROUP).flatMap(({ key }) => placesOf(context, key[0] ?? ''))
  const joining = context.draft.scan(JOIN).flatMap(({ value }) => value.relays)
  for (const relay of new Set([...ownRelays(context), ...groups, ...joining])) readMailbox(context, relay, inboxCredentials(context), { kind: 'inbox' })
}

export const inboxId = (context: Context): string => textOf(mailboxIdOf(context.suite.primitives, inboxKeys(context)))

/** A record of an inbox or rendezvous was taken in: once this step is durable, the relay may forget it. */
export function taken(context: Context, relay: string, mailbox: string, cursor: number): void {
  context.draft.put(TAKEN, [relay, mailbox], cursor)
}

/** Tells the relays, once for each mailbox and step. The frames leave after the commit, as every effect does. */
export function acknowledgeTaken(context: Context): void {
  for (const { key, value: cursor } of context.draft.scan(TAKEN)) {
    const [relay = '', mailbox = ''] = key
    const credentials = context.draft.get(MAILBOX, mailbox)?.credentials
    if (credentials !== undefined) acknowledgeMailbox(context, relay, credentials, cursor)
    context.draft.delete(TAKEN, ...key)
  }
}
