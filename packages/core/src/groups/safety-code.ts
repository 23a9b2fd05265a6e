/** Comparing by a picture: what this device shows for another account, and what another's says here (PROTOCOL §1.10, §1.11, §13.50). */
import { deviceListHash, deviceListsHash, formatSafetyCode, parseSafetyCode } from '@sotto/crypto'
import { type AccountId, equalBytes } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import type { AccountDevices } from '../state/tables/people.ts'

const ownListHash = (context: Context): Uint8Array => deviceListHash(context.provider.primitives, selfOf(context).deviceList)

/** For the person of an account to read. */
export function safetyCodeFor(context: Context, account: AccountId, known: AccountDevices): string {
  const { primitives } = context.provider
  return formatSafetyCode(primitives, {
    shownBy: selfOf(context).account,
    shownTo: account,
    lists: deviceListsHash(primitives, ownListHash(context), known.hash),
  })
}

export type SafetyCodeFault =
  'safetyCodeUnreadable' | 'safetyCodeNewer' | 'safetyCodeOwn' | 'safetyCodeOfAnother' | 'safetyCodeForAnother' | 'safetyCodeOtherDevices'

/** Why a code that was read is no proof that an account is the person who showed it; null: it is one. */
export function faultOfSafetyCode(context: Context, account: AccountId, known: AccountDevices, text: string): SafetyCodeFault | null {
  const { primitives } = context.provider
  const read = parseSafetyCode(primitives, text)
  if ('code' in read) return read.code === 'unsupportedVersion' ? 'safetyCodeNewer' : 'safetyCodeUnreadable'
  const own = selfOf(context).account
  if (equalBytes(read.shownBy, own)) return 'safetyCodeOwn'
  if (!equalBytes(read.shownBy, account)) return 'safetyCodeOfAnother'
  if (!equalBytes(read.shownTo, own)) return 'safetyCodeForAnother'
  const lists = deviceListsHash(primitives, known.hash, ownListHash(context))
  return equalBytes(read.lists, lists) ? null : 'safetyCodeOtherDevices'
}
