/**
 * Relays that are not open to everybody (PROTOCOL §8.80, §13.66). A token comes with the relay's address; what the relay answers is kept beside
 * it, so that a device that was let in once goes on, and any other address of that relay is good too.
 */
import { type AdmissionToken, splitAdmission, withAdmission } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { RELAY_ADMISSION, RELAY_LINK } from '../state/tables/links.ts'
import { isWanted, relayName } from './relay-links.ts'

const DAY_MS = 24 * 60 * 60_000

const baseOf = (address: string): string => splitAdmission(address).address

/** What is shown to a relay at this address: what it gave us last, or else what the address carries; null: nothing. */
export function admissionFor(context: Context, address: string): AdmissionToken | null {
  return (
    context.transaction.get(RELAY_ADMISSION, relayName(context, address))?.token ?? splitAdmission(address).token ?? admissionKept(context, address) ?? null
  )
}

/** What the relay at this address gave us, by whichever of its addresses. */
const admissionKept = (context: Context, address: string): AdmissionToken | undefined =>
  context.transaction.scan(RELAY_ADMISSION).find(({ value }) => baseOf(value.address) === baseOf(address))?.value.token

/** A relay let us in. Returns its other addresses at which it did not: they can be tried again. */
export function noteAdmitted(context: Context, name: string, token: AdmissionToken): readonly string[] {
  const address = context.transaction.get(RELAY_LINK, name)?.address
  if (address === undefined) return []
  if (isWanted(context, address)) context.transaction.put(RELAY_ADMISSION, [name], { address, token })
  return context.transaction
    .scan(RELAY_LINK)
    .flatMap(({ value }) => (value.state === 'notAdmitted' && value.address !== address && baseOf(value.address) === baseOf(address) ? [value.address] : []))
}

/** A link that is passed on may be read weeks later. */
const PASSED_ON_FOR_DAYS = 30

/** A relay's address for a link that people pass on: with what this relay gave us, where its own token ends soon or it has none. */
export function addressToPassOn(context: Context, address: string): string {
  const { token } = splitAdmission(address)
  const kept = admissionKept(context, address)
  const isEnough = token !== null && token.expiresDay >= Math.floor(context.nowMs / DAY_MS) + PASSED_ON_FOR_DAYS
  return kept === undefined || isEnough ? address : withAdmission(address, kept)
}
