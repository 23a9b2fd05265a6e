/** What a resolver says of a log, as text that can be compared: ids in hexadecimal, everything in a fixed order. */
import { LIMITS } from '@sotto/wire'
import { viewer } from './brute-force.ts'
import { compareByPlace, hexOf, isBefore, type PlacedOperation } from './placed-operation.ts'
import {
  admissionsOf,
  departuresOf,
  devicesOf,
  everybody,
  firstOf,
  isAdmin,
  isMember,
  isSecretKeptFromMember,
  isSecretOfOthers,
  listOf,
  members,
  openInvites,
  ownerOf,
  rekeyingsOf,
  revokedOf,
  settingOf,
  takesWithoutSecret,
  usesOf,
  type View,
} from './facts.ts'

const HOUR_MS = 3_600_000

export interface RosterAnswer {
  readonly titleHash: string
  readonly relays: readonly string[] | null
  readonly isAddressPrivate: boolean
  readonly lifetimeSeconds: number
  readonly history: { readonly days: number; readonly messages: number }
  readonly policy: { readonly rotateAfterMessages: number; readonly rotateAfterMs: number }
  readonly members: readonly {
    readonly account: string
    readonly role: 'admin' | 'member'
    readonly devices: readonly string[]
    readonly devicesBy: string
    readonly listVersion: number
    readonly admittedBy: string
  }[]
  readonly departed: readonly { readonly account: string; readonly how: 'left' | 'removed'; readonly operation: string }[]
  readonly revokedDevices: readonly string[]
  readonly openInvites: readonly { readonly id: string; readonly usesLeft: number }[]
  readonly overspentInvites: readonly { readonly id: string; readonly used: number }[]
  readonly rekeyings: readonly string[]
  readonly rekeyNeededBy: readonly string[]
  readonly everyDevice: readonly string[]
}

export interface Answer {
  /** Of the whole log. */
  readonly roster: RosterAnswer
  readonly effective: readonly string[]
  /** Every operation that was taken in, with the members when it was written. */
  readonly operations: readonly { readonly id: string; readonly before: RosterAnswer }[]
}

/** The second resolver's answer. */
export function bruteForce(known: ReadonlySet<PlacedOperation>, viewOf = viewer()): Answer {
  const whole = viewOf(known)
  return {
    roster: rosterOf(whole),
    effective: [...whole.effective].map(({ id }) => id).toSorted(),
    operations: [...known].toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((operation) => ({ id: operation.id, before: rosterOf(whole.before(operation)) })),
  }
}

function rosterOf(view: View): RosterAnswer {
  const effective = [...view.effective]
  const title = settingOf(effective.filter(({ unsigned: { body } }) => body.kind === 'create' || body.kind === 'rename'))?.unsigned.body
  const relays = settingOf(effective.filter(({ unsigned: { body } }) => body.kind === 'setRelays'))?.unsigned.body
  const privacy = settingOf(effective.filter(({ unsigned: { body } }) => body.kind === 'setAddressPrivacy'))?.unsigned.body
  const lifetime = settingOf(effective.filter(({ unsigned: { body } }) => body.kind === 'setLifetime'))?.unsigned.body
  const history = settingOf(effective.filter(({ unsigned: { body } }) => body.kind === 'setHistory'))?.unsigned.body
  const policy = settingOf(effective.filter(({ unsigned: { body } }) => body.kind === 'setPolicy'))?.unsigned.body
  const rekeyings = rekeyingsOf(view)
  const invites = openInvites(view).map((invite) => {
    const { body } = invite.unsigned
    return { id: invite.id, uses: body.kind === 'invite' ? body.uses : 0, used: usesOf(view, invite) }
  })
  const since = [...takesWithoutSecret(view), ...filteredAdmissions(view)].filter((operation) => !rekeyings.some((rekeying) => isBefore(operation, rekeying)))
  const needed = [...since, ...rekeyings.filter((rekeying) => isSecretOfOthers(view, rekeying) || isSecretKeptFromMember(view, rekeying))]
  return {
    titleHash: title?.kind === 'create' || title?.kind === 'rename' ? hexOf(title.titleHash) : '0'.repeat(64),
    relays: relays?.kind === 'setRelays' ? relays.relays : null,
    isAddressPrivate: privacy?.kind === 'setAddressPrivacy' && privacy.isOn,
    lifetimeSeconds: lifetime?.kind === 'setLifetime' ? lifetime.seconds : 0,
    history: history?.kind === 'setHistory' ? { days: history.days, messages: history.messages } : { days: 0, messages: 0 },
    policy:
      policy?.kind === 'setPolicy'
        ? { rotateAfterMessages: policy.rotateAfterMessages, rotateAfterMs: policy.rotateAfterHours * HOUR_MS }
        : { rotateAfterMessages: LIMITS.rotateAfterMessages, rotateAfterMs: LIMITS.rotateAfterMs },
    members: members(view).map((account) => {
      const list = listOf(view, account)
      return {
        account,
        role: isAdmin(view, account) ? 'admin' : 'member',
        devices: devicesOf(view, account).toSorted(),
        devicesBy: devicesOf(view, account).length === 0 ? '' : (list?.by.id ?? ''),
        listVersion: list?.entry.version ?? 0,
        admittedBy: firstOf(admissionsOf(view, account)).id,
      }
    }),
    departed: everybody(view)
      .filter((account) => !isMember(view, account))
      .map((account) => departureOf(view, account)),
    revokedDevices: everybody(view)
      .flatMap((account) => [...revokedOf(view, account)])
      .toSorted(),
    openInvites: byId(invites.filter(({ uses, used }) => used < uses).map(({ id, uses, used }) => ({ id, usesLeft: uses - used }))),
    overspentInvites: byId(invites.filter(({ uses, used }) => used > uses).map(({ id, used }) => ({ id, used }))),
    rekeyings: rekeyings.map(({ id }) => id).toSorted(),
    rekeyNeededBy: [...new Set(needed.map(({ id }) => id))].toSorted(),
    everyDevice: [...new Set(effective.flatMap(({ entry }) => entry?.devices ?? []))].filter((device) => ownerOf(view, device) !== undefined).toSorted(),
  }
}

/** Admissions that are not effective: their subject may have been handed secrets. */
const filteredAdmissions = (view: View): readonly PlacedOperation[] =>
  [...view.known].filter((operation) => operation.unsigned.body.kind === 'admit' && !view.effective.has(operation))

/** A removal says more than a departure; then the first. */
function departureOf(view: View, account: string): RosterAnswer['departed'][number] {
  const departures = departuresOf(view, account).toSorted(compareByPlace)
  const removal = departures.find(({ unsigned: { body } }) => body.kind === 'remove')
  return removal === undefined ? { account, how: 'left', operation: firstOf(departures).id } : { account, how: 'removed', operation: removal.id }
}

export const byId = <T extends { readonly id: string }>(items: readonly T[]): readonly T[] => items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
