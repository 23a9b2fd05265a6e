/** What this device's person pinned to an account: a petname, and that safety numbers were compared (PROTOCOL §1). */
import { type DeviceId, equalBytes } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { type Pin, PIN } from '../state/tables/people.ts'
import { accountDevices, isForked } from './device-lists.ts'
import { claimName, indexName, numberFor } from './names.ts'

const NO_PIN: Pin = { petname: '', another: 0, verified: null }

export const pinOf = (context: Pick<Context, 'transaction'>, account: string): Pin => context.transaction.get(PIN, account) ?? NO_PIN

function putPin(context: Context, account: string, pin: Pin): void {
  if (pin.petname === '' && pin.verified === null) context.transaction.delete(PIN, account)
  else context.transaction.put(PIN, [account], pin)
  indexName(context, account)
}

/** The person calls an account so, in its one form; empty: as it calls itself. */
export function setPetname(context: Context, account: string, petname: string): void {
  // What others call themselves makes way. Other petnames, and this person's own name, stay.
  const own = textOf(selfOf(context).account)
  const another = petname === '' ? 0 : numberFor(context, account, petname, (each) => each === own || pinOf(context, each).petname !== '')
  putPin(context, account, { ...pinOf(context, account), petname, another })
  if (petname !== '') claimName(context, account, petname)
}

/** What the mark beside a name says. `lost`: the account's devices are others than those whose person was verified. */
export type Mark = 'none' | 'verified' | 'lost'

export function markOf(context: Pick<Context, 'transaction'>, account: string): Mark {
  const { verified } = pinOf(context, account)
  if (verified === null) return 'none'
  const now = accountDevices(context, account)?.devices.map(({ device }) => device) ?? []
  return !isForked(context, account) && areSame(now, verified.devices) ? 'verified' : 'lost'
}

export const areSame = (a: readonly DeviceId[], b: readonly DeviceId[]): boolean =>
  a.length === b.length && a.every((device) => b.some((other) => equalBytes(other, device)))

/** The person compared safety numbers while the account had these devices; null: takes the mark back. */
export const setVerified = (context: Context, account: string, devices: readonly DeviceId[] | null): void =>
  putPin(context, account, { ...pinOf(context, account), verified: devices === null ? null : { devices: [...devices], atMs: context.nowMs } })
