/** What pages ask about people: one's own name, petnames, safety numbers, and what the person decides about an account (PROTOCOL §1, §3). */
import { safetyNumber } from '@sotto/crypto'
import { type AccountId, type DeviceId, equalBytes, fromBase64url, LIMITS, readName, toBase64url, utf8 } from '@sotto/wire'
import { nameRejection } from '../contract/name-rejection.ts'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { isBlocked, setBlocked } from '../groups/blocked.ts'
import { accountDevices, decideFork, isForked } from '../groups/device-lists.ts'
import { touch } from '../groups/group-row.ts'
import { claimName, indexName, personOf } from '../groups/names.ts'
import { pictureTypeOf } from '../groups/picture-type.ts'
import { areSame, markOf, pinOf, setPetname, setVerified } from '../groups/pins.ts'
import { faultOfSafetyCode, safetyCodeFor } from '../groups/safety-code.ts'
import { ownProfile, pictureNamed, setOwnProfile } from '../groups/profiles.ts'
import { saidName, selfOf, setOwnName } from '../identity/profile.ts'
import { rereadLastOfAll } from '../messages/last-message.ts'
import { intend } from '../messages/pending-messages.ts'
import { forgetSignalsOf } from '../messages/signals/forget.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import type { AccountDevices } from '../state/tables/people.ts'
import { sayProfileEverywhere } from './say-profile.ts'

type PeopleRequest = Extract<
  MachineRequest,
  {
    readonly kind:
      'setName' | 'setProfile' | 'readPicture' | 'setPetname' | 'setBlocked' | 'safetyNumber' | 'setVerified' | 'compareSafetyCode' | 'trustDevices'
  }
>

export function answerAboutPeople(context: Context, what: PeopleRequest): EngineReply {
  if (what.kind === 'setName') return renameSelf(context, what.name)
  if (what.kind === 'setProfile') return tellOfSelf(context, what.line, what.picture)
  if (what.kind === 'readPicture') return readPicture(context, what.picture)
  const account = fromBase64url(what.account) as AccountId | undefined
  const known = accountDevices(context, what.account)
  if (account?.length !== 32 || known === undefined) return no('unknownAccount')
  switch (what.kind) {
    case 'setPetname': {
      const read = what.petname === null ? { name: '' } : readName(what.petname)
      if ('code' in read) return { ok: false, rejection: nameRejection(read, 'nameEmpty', 'nameTooLong') }
      setPetname(context, what.account, read.name)
      break
    }
    case 'setBlocked':
      setBlocked(context, what.account, what.isBlocked)
      afterBlocking(context, what.account, ok())
      break
    case 'safetyNumber':
      return ok({ safety: safetyOf(context, account, known) })
    case 'setVerified':
      if (what.devices !== null && (isForked(context, what.account) || !areThese(known, what.devices))) return no('devicesChanged')
      setVerified(context, what.account, what.devices === null ? null : known.devices.map(({ device }) => device))
      break
    case 'compareSafetyCode': {
      const fault = isForked(context, what.account) ? 'devicesChanged' : faultOfSafetyCode(context, account, known, what.code)
      if (fault !== null) return no(fault)
      setVerified(
        context,
        what.account,
        known.devices.map(({ device }) => device),
      )
      break
    }
    case 'trustDevices':
      decideFork(context, what.account)
  }
  showAgain(context)
  return ok()
}

function renameSelf(context: Context, written: string): EngineReply {
  const read = readName(written)
  if ('code' in read) return { ok: false, rejection: nameRejection(read, 'nameEmpty', 'nameTooLong') }
  const own = textOf(selfOf(context).account)
  if (read.name === selfOf(context).name) return ok()
  setOwnName(context, read.name)
  claimName(context, own, read.name)
  indexName(context, own)
  for (const { key, value } of context.transaction.scan(GROUP))
    if (value.state === 'member') intend(context, key[0] ?? '', { kind: 'displayName', ...saidName(context) })
  showAgain(context)
  return ok()
}

function tellOfSelf(context: Context, written: string, picture: string | null | undefined): EngineReply {
  const line = written.trim().replaceAll(/\s+/gu, ' ')
  const length = utf8(line).length
  if (length > LIMITS.lineBytes) return no('lineTooLong', { length, limit: LIMITS.lineBytes })
  const before = ownProfile(context)
  const bytes = picture === undefined ? before.picture : picture === null ? new Uint8Array() : fromBase64url(picture)
  if (bytes === undefined || (bytes.length > 0 && pictureTypeOf(bytes) === null)) return no('pictureNotOne', { limit: LIMITS.pictureBytes })
  if (line === before.line && equalBytes(bytes, before.picture)) return ok()
  setOwnProfile(context, { line, picture: bytes })
  sayProfileEverywhere(context)
  showAgain(context)
  return ok()
}

function readPicture(context: Context, name: string): EngineReply {
  const bytes = name === '' ? undefined : pictureNamed(context, name)
  const type = bytes === undefined ? null : pictureTypeOf(bytes)
  return bytes === undefined || type === null ? no('unknownPicture') : ok({ picture: { type, bytes: toBase64url(bytes) } })
}

/** Pages show names in every conversation. */
function showAgain(context: Context): void {
  for (const { key } of context.transaction.scan(GROUP)) touch(context, key[0] ?? '')
}

const safetyOf = (context: Context, account: AccountId, known: AccountDevices) => ({
  ...personOf(context, account),
  digits: safetyNumber(context.provider.primitives, selfOf(context).account, account),
  code: safetyCodeFor(context, account, known),
  // The account says when; no device is from the future.
  devices: known.devices.map(({ device, createdMs }) => ({ device: textOf(device), createdMs: Math.min(createdMs, context.nowMs) })),
  mark: markOf(context, textOf(account)),
  verifiedMs: pinOf(context, textOf(account)).verified?.atMs ?? null,
  isForked: isForked(context, textOf(account)),
})

/** What the person compared was shown for these devices. */
const areThese = (known: AccountDevices, shown: readonly string[]): boolean =>
  areSame(
    known.devices.map(({ device }) => device),
    shown.flatMap((each) => (fromBase64url(each) as DeviceId | undefined) ?? []),
  )

/** A person may have been blocked, or be no longer, in whatever way: what pages show of that one changes. */
export function afterBlocking(context: Context, account: string, reply: EngineReply): EngineReply {
  if (!reply.ok) return reply
  if (isBlocked(context, bytesOf(account))) forgetSignalsOf(context, account)
  rereadLastOfAll(context)
  return reply
}
