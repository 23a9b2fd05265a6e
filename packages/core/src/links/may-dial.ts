/**
 * The one rule for relays that others name (PROTOCOL §8.25, §13.12): a public address, or one in a range where this person or its
 * groups have relays already. Anything else would lead this device to machines of its own house.
 */
import { isRelayAddress, rangeOfAddress } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { RELAY, RELAY_PLACE, WANTED_RELAYS } from '../state/tables/links.ts'
import { isWanted } from './relay-links.ts'

/** Whether a relay may be linked that a member names, or an admin for the group. */
export function mayDial(context: Context, address: string): boolean {
  if (isWanted(context, address)) return true
  if (!isRelayAddress(address)) return false
  const range = rangeOfAddress(address)
  return range === 'public' || wantedAddresses(context).some((each) => rangeOfAddress(each) === range)
}

const wantedAddresses = ({ transaction }: Context): readonly string[] => [
  ...transaction.scan(RELAY).map(({ value }) => value.address),
  ...transaction.scan(WANTED_RELAYS).flatMap(({ value }) => value),
  ...transaction.scan(RELAY_PLACE).map(({ value }) => value.address),
]
