/**
 * Finds the invites in a pasted text, as mail and messengers hand them on: between words, quoted, wrapped,
 * in brackets, with a signature. Where a code ends is told by its checksum alone, so what follows it does not matter.
 */
import { type Invite, LIMITS } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import { INVITE_PREFIX, type InviteRejection, readInviteCode } from './invite-text.ts'
import { type PastedText, withoutNoise } from './pasted-text.ts'

export interface FoundInvite {
  readonly invite: Invite
  /** The invite alone, as `formatInvite` wrote it. It holds a secret: never log it. */
  readonly text: string
  /** The words before it on its line or the one above, for a person who has to choose; empty where there are none. */
  readonly wordsBefore: string
}

export type FoundInvites = { readonly code: 'found'; readonly invites: readonly FoundInvite[] } | InviteRejection

/** The prefix, also as it is in an address that was escaped. */
const PREFIX = /sotto(?::|%3a)/gi
const CODE = /^[A-Za-z0-9_-]*/
const MOST_CODE = LIMITS.inviteTextBytes - INVITE_PREFIX.length

/** Every different invite in a text, in its order; where there is none, what the text is instead. */
export function findInvites(primitives: Primitives, pasted: string): FoundInvites {
  const text = withoutNoise(pasted.slice(0, LIMITS.pastedInviteCharacters))
  const invites: FoundInvite[] = []
  let rejection: InviteRejection = { code: 'notAnInvite' }
  let tried = 0
  for (const { 0: prefix, index } of text.bare.matchAll(PREFIX)) {
    const begin = index + prefix.length
    const run = CODE.exec(text.bare.slice(begin, begin + MOST_CODE))?.[0] ?? ''
    if (invites.some((each) => run.startsWith(each.text.slice(INVITE_PREFIX.length)))) continue
    if (++tried > LIMITS.pastedInvitesTried) break
    const found = longestCode(primitives, run)
    if (!('code' in found)) invites.push({ invite: found.invite, text: INVITE_PREFIX + run.slice(0, found.length), wordsBefore: wordsBefore(text, index) })
    else if (found.code !== 'damaged') rejection = found
    else if (rejection.code === 'notAnInvite' && isMeantAsInvite(text, index, begin)) rejection = found
  }
  return invites.length > 0 ? { code: 'found', invites } : rejection
}

/** The longest beginning of a run that is an invite. */
function longestCode(primitives: Primitives, run: string): { readonly invite: Invite; readonly length: number } | InviteRejection {
  let rejection: InviteRejection = { code: 'damaged' }
  for (let length = run.length; length > 0; length--) {
    const read = readInviteCode(primitives, run.slice(0, length))
    if (!('code' in read)) return { invite: read, length }
    if (read.code !== 'damaged') rejection = read
  }
  return rejection
}

/** Whether a prefix begins a code: others write of Sotto: with a colon, and with a space behind it. */
function isMeantAsInvite({ original, places }: PastedText, index: number, begin: number): boolean {
  const first = places[index] ?? 0
  const next = original[(places[begin - 1] ?? 0) + 1] ?? ''
  if (first === 0 || original.slice(0, first).trim() === '') return true
  return !/[\p{L}\p{N}/]/u.test(original[first - 1] ?? '') && /[A-Za-z0-9_-]/.test(next)
}

/** Shown to a person who has to choose between invites. A guess: half a line. */
const WORDS_BEFORE_CHARACTERS = 60

function wordsBefore({ original, places }: PastedText, index: number): string {
  const above = original.slice(0, places[index] ?? 0).replace(/(?:sotto(?::|%3a))?[A-Za-z0-9_-]{40,}/gi, '')
  const line = above
    .split(/[\r\n]+/)
    .map((each) => each.replace(/\p{Cf}+/gu, '').replace(/^[\s>|]+|[\s<("'`[{«„“‚‘‹]+$/gu, ''))
    .findLast((each) => /[\p{L}\p{N}]/u.test(each))
  return Array.from(line ?? '')
    .slice(-WORDS_BEFORE_CHARACTERS)
    .join('')
    .trim()
}
