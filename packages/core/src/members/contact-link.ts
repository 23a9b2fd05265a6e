/** This person's contact link (PROTOCOL §5.56): made when it is asked for, and replaced or taken back so that its copies lead nowhere. */
import { contactAppendKeyPair, contactKeys, type ContactSecrets, formatContactLink } from '@sotto/crypto'
import type { MailboxCredentials } from '@sotto/mailbox'
import type { EngineReply } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { selfOf } from '../identity/profile.ts'
import { addressRelays } from '../links/group-relays.ts'
import { addressToPassOn } from '../links/relay-admission.ts'
import { closeMailbox, readMailbox } from '../links/mailboxes.ts'
import { ownRelays } from '../links/own-relays.ts'
import type { Context } from '../state/context.ts'
import { OWN_CONTACT_LINK } from '../state/tables/contact-links.ts'
import { MAILBOX, RELAY } from '../state/tables/links.ts'

/** What opens requests to this person; `undefined`: there is no link. */
export function contactSecrets(context: Context): ContactSecrets | undefined {
  const row = context.transaction.get(OWN_CONTACT_LINK, 'self')
  return row === undefined ? undefined : { ...row, account: selfOf(context).account }
}

/** The link's text, for its person alone. `isNew`: another than there was. */
export function showContactLink(context: Context, isNew: boolean): EngineReply {
  const relays = addressRelays(context).map((relay) => addressToPassOn(context, relay))
  if (relays.length === 0) return no(context.transaction.scan(RELAY).length === 0 ? 'relayNeeded' : 'relayNotReachedYet')
  const { primitives, random } = context.provider
  const row = (isNew ? undefined : context.transaction.get(OWN_CONTACT_LINK, 'self')) ?? { rendezvousSeed: random(32), token: random(32) }
  const { account, name } = selfOf(context)
  const { readKeyPair, sealKeyPair } = contactKeys(primitives, row)
  const text = formatContactLink(primitives, { account, readKey: readKeyPair.publicKey, sealKey: sealKeyPair.publicKey, token: row.token, name, relays })
  if (text === undefined) return no('relayAddressInvalid')
  if (isNew) takeBackContactLink(context)
  context.transaction.put(OWN_CONTACT_LINK, ['self'], row)
  readContactRendezvous(context)
  return ok({ contactLink: text })
}

/** There is no link any more: what is left by its copies is read by nobody. Requests that came stay. */
export function takeBackContactLink(context: Context): void {
  context.transaction.delete(OWN_CONTACT_LINK, 'self')
  for (const { key, value } of context.transaction.scan(MAILBOX)) if (value.purpose.kind === 'contactLink') closeMailbox(context, key[0] ?? '')
}

/** Reads what is left by the link, at this person's relays. */
export function readContactRendezvous(context: Context): void {
  const own = contactSecrets(context)
  if (own === undefined) return
  const { primitives } = context.provider
  const { readKeyPair } = contactKeys(primitives, own)
  const appendKey = contactAppendKeyPair(primitives, own).publicKey
  const credentials: MailboxCredentials = {
    keys: { kind: 'rendezvous', readKey: readKeyPair.publicKey, appendKey },
    readSeed: readKeyPair.seed,
    appendSeed: null,
    grant: null,
  }
  for (const relay of ownRelays(context)) readMailbox(context, relay, credentials, { kind: 'contactLink' })
}
