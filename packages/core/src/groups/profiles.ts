/**
 * What people say about themselves beside their name: a line and a picture (PROTOCOL §3.48, §13.40, §13.41). The one
 * that its author chose last counts. A picture is named by the beginning of its hash, and pages read it by that.
 */
import { equalBytes, LIMITS, toBase64url, utf8 } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { GROUP_PROFILE } from '../state/tables/groups.ts'
import { OWN_PROFILE, type Profile, PROFILE } from '../state/tables/people.ts'
import { pictureTypeOf } from './picture-type.ts'

type Reading = Pick<Context, 'transaction'>

const NOTHING: Profile = { line: '', picture: new Uint8Array(), name: '', chosenMs: 0 }

/** Enough to tell pictures apart on one device. */
const NAME_BYTES = 12

/** What is chosen now comes after what it replaces, whatever the clock said then (PROTOCOL §3.48). */
export const chosenAfter = ({ nowMs }: Pick<Context, 'nowMs'>, beforeMs: number): number => Math.min(LAST_MS, Math.max(nowMs, beforeMs + 1))

/** Times have 48 bits. */
const LAST_MS = 2 ** 48 - 1

export const profileOf = (context: Reading, account: string): Profile => context.transaction.get(PROFILE, account) ?? NOTHING

export const ownProfile = (context: Reading): Profile => context.transaction.get(OWN_PROFILE, 'self') ?? NOTHING

/** What pages show of it. */
export const shownProfile = ({ line, name }: Profile): { readonly line: string; readonly picture: string | null } => ({
  line,
  picture: name === '' ? null : name,
})

/** The name of a picture; empty: it is none. */
export const nameOfPicture = (context: Context, picture: Uint8Array): string =>
  picture.length === 0 ? '' : toBase64url(context.provider.primitives.sha256(picture).slice(0, NAME_BYTES))

/** What a member says about itself. Bytes that are no picture are none. */
export function noteProfile(context: Context, account: Uint8Array, told: Pick<Profile, 'line' | 'picture' | 'chosenMs'>): void {
  if (equalBytes(account, selfOf(context).account)) return
  const key = textOf(account)
  const before = context.transaction.get(PROFILE, key)
  if (utf8(told.line).length > LIMITS.lineBytes) return
  if (before !== undefined && before.chosenMs >= told.chosenMs) return
  const picture = pictureTypeOf(told.picture) === null ? new Uint8Array() : told.picture
  context.transaction.put(PROFILE, [key], { line: told.line, picture, name: nameOfPicture(context, picture), chosenMs: told.chosenMs })
}

/** What this person says about itself from now on. */
export function setOwnProfile(context: Context, told: Pick<Profile, 'line' | 'picture'>): void {
  const chosenMs = chosenAfter(context, ownProfile(context).chosenMs)
  context.transaction.put(OWN_PROFILE, ['self'], { ...told, name: nameOfPicture(context, told.picture), chosenMs })
}

/** A picture by its name, of the account that has it; undefined: it is not here any more. */
export function pictureNamed(context: Reading, name: string): Uint8Array | undefined {
  const own = ownProfile(context)
  if (own.name === name) return own.picture
  const known = [...context.transaction.scan(PROFILE), ...context.transaction.scan(GROUP_PROFILE)]
  return known.find(({ value }) => value.name === name)?.value.picture
}
