/** What becomes of letters, and of where we say that we can be written to, when relays come and go (PROTOCOL §8). */
import { type Context, textOf } from './context.ts'
import { isDown, relaysTo } from './group-relays.ts'
import { redirect } from './relay-link.ts'
import { CONTACT, OUTBOX } from './tables.ts'

/** Letters that wait for a relay that has been away for long leave by another, where there is one. */
export function redirectLetters(context: Context): void {
  for (const { key, value } of context.draft.scan(OUTBOX)) {
    if (value.about.kind !== 'letter' || !isDown(context, value.relay)) continue
    const device = textOf(value.about.device)
    const contact = context.draft.get(CONTACT, device)
    const [relay] = contact === undefined ? [] : relaysTo(context, contact, device)
    if (relay !== undefined && relay !== value.relay && !isDown(context, relay)) redirect(context, key[0] ?? '', relay)
  }
}

/** With the next letter these devices are told where we are to be written to. */
export function sayAddressAgain(context: Context, devices: readonly string[]): void {
  for (const device of devices) {
    const contact = context.draft.get(CONTACT, device)
    if (contact?.laneGiven === true) context.draft.put(CONTACT, [device], { ...contact, laneGiven: false })
  }
}
