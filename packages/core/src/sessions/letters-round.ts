/** What happens to letters, and to our own address, when relays come and go (PROTOCOL §8). */
import { type DeviceId, equalBytes } from '@sotto/wire'
import { isAway } from '../links/group-relays.ts'
import { redirect, withdraw } from '../links/outbox.ts'
import { isUsed, isWanted, unlinkRelay } from '../links/relay-links.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { OUTBOX, RELAY_LINK } from '../state/tables/links.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { isPresent } from './linkable-relays.ts'
import { relaysTo } from './relays-to.ts'

/** Letters that wait for a relay which is away leave by another, if there is one. `to`: only those for this device. */
export function redirectLetters(context: Context, to?: DeviceId): void {
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if (value.about.kind !== 'letter' || !isAway(context, value.relay)) continue
    if (to !== undefined && !equalBytes(to, value.about.device)) continue
    const device = textOf(value.about.device)
    const contact = context.transaction.get(CONTACT, device)
    const [relay] = contact === undefined ? [] : relaysTo(context, contact, device)
    if (relay !== undefined && relay !== value.relay && !isAway(context, relay)) redirect(context, key[0] ?? '', relay)
  }
}

/** Second copies of letters do not wait for a relay that is away, or that is not used here any more. */
export function dropCopies(context: Context): void {
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if (value.about.kind === 'letterCopy' && (isAway(context, value.relay) || !isUsed(context, value.relay))) withdraw(context, key[0] ?? '')
  }
}

/** The next letters to these devices carry our address again. */
export function sayAddressAgain(context: Context, devices: readonly string[]): void {
  for (const device of devices) {
    const contact = context.transaction.get(CONTACT, device)
    if (contact?.sendCapabilityGiven === true) context.transaction.put(CONTACT, [device], { ...contact, sendCapabilityGiven: false })
  }
}

/** Members are gone, or name other relays: what nobody names that is present is not linked any longer. */
export function leaveRelaysOfOthers(context: Context): void {
  dropCopies(context)
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if (value.about.kind !== 'letter' || isWanted(context, value.relay)) continue
    const device = textOf(value.about.device)
    const contact = context.transaction.get(CONTACT, device)
    if (contact === undefined || isPresent(context, device)) continue
    const [relay] = relaysTo(context, contact, device)
    if (relay === undefined) withdraw(context, key[0] ?? '')
    else redirect(context, key[0] ?? '', relay)
  }
  const others = context.transaction.scan(RELAY_LINK).filter(({ value }) => value.client.wanted.size === 0 && !isWanted(context, value.address))
  if (others.length === 0) return
  const named = new Set(context.transaction.scan(CONTACT).flatMap(({ key, value }) => (isPresent(context, key[0] ?? '') ? (value.address?.relays ?? []) : [])))
  for (const { value } of others) if (!named.has(value.address)) unlinkRelay(context, value.address)
}
