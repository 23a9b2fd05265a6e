/**
 * Outgoing letters. The session seals them. They are left in the device's inbox at two of its relays, where it has two, and, if the
 * device is connected, also sent on its stream at once (PROTOCOL §2, §8.6).
 */
import { sealWithSessions } from '@sotto/crypto'
import { encodeLetter, LIMITS } from '@sotto/wire'
import { sendCapabilityFor } from '../links/inbox.ts'
import { leave } from '../links/outbox.ts'
import { sendToPeer } from '../links/peer-streams.ts'
import { peerOf } from '../links/whereabouts.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import type { Carried } from '../state/tables/links.ts'
import { CONTACT, type ContactDevice, CONTROL_QUEUE } from '../state/tables/sessions.ts'
import { inboxCredentials } from './contacts.ts'
import { encodeControlMessage } from './control-message.ts'
import { address } from './control-messages/address.ts'
import { letter } from './frames/letter.ts'
import { addressRelaysFor, otherRelaysTo, relaysTo } from './relays-to.ts'

/** Bytes of bodies in one letter: a record without what an initial message and the padding take. */
export const LETTER_BYTES = LIMITS.recordBytes - 12 * 1024

export function sealQueue(context: Context, device: string, contact: ContactDevice): void {
  const queued = context.transaction.scan(CONTROL_QUEUE, device)
  // What a message waits for is not sealed into a letter that could go nowhere.
  if (queued.some(({ value }) => value.carries !== null) && !canGo(context, contact)) return
  const bodies: Uint8Array[] = []
  const carries: Carried[] = []
  let bytes = 0
  let keys = 0
  let current = contact
  const flush = (): void => {
    if (bodies.length === 0 || current.sessions === null) return
    const sealed = sealWithSessions(context.provider, current.sessions, encodeLetter(bodies.splice(0)), context.nowMs, keys)
    current = { ...current, sessions: sealed.sessions }
    bytes = 0
    keys = 0
    post(context, current, sealed.record, carries.splice(0))
  }
  for (const { key, value } of queued) {
    const { body, carriesKey } = value
    if (bodies.length >= LIMITS.controlMessagesPerLetter - 1 || bytes + body.length > LETTER_BYTES) flush()
    bodies.push(body)
    bytes += body.length
    if (carriesKey) keys += 1
    if (value.carries !== null) carries.push(value.carries)
    context.transaction.delete(CONTROL_QUEUE, ...key)
  }
  // Last: an address that was queued before says where we were then.
  const capability = contact.sendCapabilityGiven ? undefined : sendCapabilityFor(context, addressRelaysFor(context, device), device)
  if (capability !== undefined) {
    bodies.push(encodeControlMessage(address, { address: capability }))
    current = { ...current, sendCapabilityGiven: true }
  }
  flush()
  context.transaction.put(CONTACT, [device], current)
}

/** Whether a letter can be left for a device, or sent to it. */
const canGo = (context: Context, contact: ContactDevice): boolean =>
  relaysTo(context, contact, textOf(contact.certificate.body.device)).length > 0 || peerOf(context, contact.certificate.body.device) !== undefined

function post(context: Context, contact: ContactDevice, record: Uint8Array, carries: readonly Carried[]): void {
  const { device: id } = contact.certificate.body
  const [relay] = relaysTo(context, contact, textOf(id))
  if (contact.address !== null && relay !== undefined) {
    const { keys, grant } = inboxCredentials(contact.address)
    const entry = { keys, appendSeed: contact.address.sendCapabilitySeed, grant, body: record }
    leave(context, { ...entry, relay, about: { kind: 'letter', device: id, carries } })
    for (const other of otherRelaysTo(context, contact, textOf(id), relay))
      leave(context, { ...entry, relay: other, about: { kind: 'letterCopy', device: id, carries } })
  }
  const peer = peerOf(context, id)
  if (peer !== undefined) sendToPeer(context, peer, letter, { record })
}
