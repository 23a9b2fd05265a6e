/** What happens to letters, and to our own address, when relays come and go (PROTOCOL §8). */
import { isDown } from '../links/group-relays.ts'
import { redirect } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { relaysTo } from './relays-to.ts'

/** Letters that wait for a relay which has long been down leave by another, if there is one. */
export function redirectLetters(context: Context): void {
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if (value.about.kind !== 'letter' || !isDown(context, value.relay)) continue
    const device = textOf(value.about.device)
    const contact = context.transaction.get(CONTACT, device)
    const [relay] = contact === undefined ? [] : relaysTo(context, contact, device)
    if (relay !== undefined && relay !== value.relay && !isDown(context, relay)) redirect(context, key[0] ?? '', relay)
  }
}

/** The next letters to these devices carry our address again. */
export function sayAddressAgain(context: Context, devices: readonly string[]): void {
  for (const device of devices) {
    const contact = context.transaction.get(CONTACT, device)
    if (contact?.sendCapabilityGiven === true) context.transaction.put(CONTACT, [device], { ...contact, sendCapabilityGiven: false })
  }
}
