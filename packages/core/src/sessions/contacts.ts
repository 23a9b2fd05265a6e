/** Other devices that this one can write to (PROTOCOL §13.9): their certificates, addresses and sessions. */
import type { MailboxCredentials } from '@sotto/mailbox'
import type { Roster } from '@sotto/membership'
import { type DeviceId, equalBytes, type InboxAddress, type JoinRequest, LIMITS } from '@sotto/wire'
import { redirect, withdraw } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { MET } from '../state/tables/groups.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { lettersDue } from './letters-due.ts'
import { redirectLetters } from './letters-round.ts'
import { isPresent } from './linkable-relays.ts'

/**
 * Makes the joining device a contact, so that it can be answered. A device that shares a group with us says in its own session
 * where it is reached, and nothing else changes that: a request that is shown again takes no letter from it (PROTOCOL §5).
 */
export function meet(context: Context, request: JoinRequest): void {
  const { certificate } = request.bundle
  const key = textOf(certificate.body.device)
  const entry = request.member.devices.find((each) => equalBytes(each.certificate.body.device, certificate.body.device))
  const known = context.transaction.get(CONTACT, key)
  const isMember = isPresent(context, key)
  context.transaction.put(CONTACT, [key], {
    certificate,
    address: (isMember ? known?.address : null) ?? entry?.inbox ?? known?.address ?? null,
    sessions: known?.sessions ?? null,
    sendCapabilityGiven: known?.sendCapabilityGiven ?? false,
    renew: false,
    openedMs: known?.openedMs ?? 0,
    replacedMs: known?.replacedMs ?? 0,
  })
}

/** Makes every device of the roster a contact: its certificate, and the address for its letters. */
export function meetDevices(context: Context, group: string, roster: Roster): void {
  for (const { key, value } of context.transaction.scan(MET, group))
    if (value === 'member' && roster.deviceOf(bytesOf<DeviceId>(key[1] ?? '')) === undefined) context.transaction.put(MET, key, 'former')
  for (const member of roster.members) {
    for (const device of member.devices) {
      const key = textOf(device.device)
      if (context.transaction.get(MET, group, key) !== 'member') context.transaction.put(MET, [group, key], 'member')
      if (context.transaction.get(CONTACT, key) !== undefined) continue
      context.transaction.put(CONTACT, [key], {
        certificate: device.certificate,
        address: device.inbox,
        sessions: null,
        sendCapabilityGiven: false,
        renew: false,
        openedMs: 0,
        replacedMs: 0,
      })
    }
  }
}

/** The credentials for appending to a device's inbox. */
export function inboxCredentials(address: InboxAddress): MailboxCredentials {
  return {
    keys: { kind: 'inbox', readKey: address.readKey, appendKey: address.strangerKey },
    readSeed: null,
    appendSeed: address.sendCapabilitySeed,
    grant: address.grant,
  }
}

/** A device named a new address. Letters that wait at relays of its old ones are withdrawn, except at the last few; what a message waits for leaves at the new one's. */
export function moveTo(context: Context, device: DeviceId, address: InboxAddress): void {
  const contact = context.transaction.get(CONTACT, textOf(device))
  if (contact === undefined) return
  context.transaction.put(CONTACT, [textOf(device)], { ...contact, address })
  lettersDue(context, textOf(device))
  redirectLetters(context, device)
  if (contact.address?.relays[0] === address.relays[0]) return
  const letters = context.transaction.scan(OUTBOX).filter(({ value: { about } }) => about.kind === 'letter' && textOf(about.device) === textOf(device))
  const relays = [...new Set(letters.map(({ value }) => value.relay))]
  const gone = new Set(relays.slice(0, Math.max(0, relays.length + 1 - LIMITS.relays)))
  const [first] = address.relays
  for (const { key, value } of letters) {
    if (!gone.has(value.relay) || value.relay === first) continue
    if (first === undefined || value.about.kind !== 'letter' || value.about.carries.length === 0) withdraw(context, key[0] ?? '')
    else redirect(context, key[0] ?? '', first)
  }
}
