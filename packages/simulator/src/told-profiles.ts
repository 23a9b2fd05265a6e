/**
 * I42, once the world has healed: present members show of each other the name, the line and the picture that each says of itself, and all show
 * the same title, description and picture of the group. In a large group that is so once the one who says it has written (PROTOCOL §3.49).
 */
import { GROUP, GROUP_PROFILE, MEMBERSHIP_LOG, NAME, OWN_PROFILE, PROFILE, PROFILE_DUE, SELF, Transaction } from '@sotto/core/inside'
import { resolve } from '@sotto/membership'
import { type AccountId, fromBase64url, LIMITS, nameFrom, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

interface Told {
  readonly line: string
  /** The name of the picture. */
  readonly name: string
}

const inWords = (told: Told | undefined): string =>
  `${JSON.stringify(told?.line ?? '')} and ${told === undefined || told.name === '' ? 'no picture' : told.name}`

/** `steady`: present members with an unchanged program, whose disks lost nothing. */
export function checkProfiles(steady: readonly SimulatedPeer[], group: string, areNamesDue: boolean, violate: (what: string) => void): void {
  const present = presentForAll(steady, group)
  for (const peer of present) {
    const own = new Transaction(peer.state)
    const self = own.first(SELF)?.value
    if (self === undefined) continue
    const account = toBase64url(self.account)
    const expected = inWords(own.first(OWN_PROFILE)?.value)
    for (const other of present.filter((each) => each !== peer)) {
      const theirs = new Transaction(other.state)
      const shown = inWords(theirs.get(PROFILE, account))
      if (shown !== expected && !isSilentInLarge(peer, group)) violate(`I42: ${other.name} shows of ${peer.name} ${shown}, and ${peer.name} says ${expected}`)
      const name = theirs.get(NAME, account)?.name ?? ''
      if (areNamesDue && name !== nameFrom(self.name)) violate(`I42: ${other.name} calls ${peer.name} “${name}”, which calls itself “${nameFrom(self.name)}”`)
    }
  }
  checkGroup(present, group, violate)
}

/** One that an adversary let in beside the log of all others is a member for itself alone: it waits (PROTOCOL §5.37), and is told nothing. */
function presentForAll(steady: readonly SimulatedPeer[], group: string): readonly SimulatedPeer[] {
  const rosters = steady.flatMap(({ state }) => {
    const log = new Transaction(state).get(MEMBERSHIP_LOG, group)
    return log === undefined ? [] : [resolve(log)]
  })
  return steady.filter((peer) => rosters.every((roster) => roster.isMember(fromBase64url(accountOf(peer)) as AccountId)))
}

function checkGroup(present: readonly SimulatedPeer[], group: string, violate: (what: string) => void): void {
  const known = present.map((peer) => {
    const transaction = new Transaction(peer.state)
    return { peer, account: accountOf(peer), title: transaction.get(GROUP, group)?.title ?? '', told: transaction.get(GROUP_PROFILE, group) }
  })
  const [first] = known
  if (first === undefined) return
  for (const { peer, title } of known)
    if (title !== first.title) violate(`I42: the group is “${title}” to ${peer.name}, and “${first.title}” to ${first.peer.name}`)
  const [newest] = known.flatMap(({ told }) => told ?? []).toSorted((a, b) => b.chosenMs - a.chosenMs)
  // Who said so says it again to those who come later, and every admin if that one is none any more.
  const author = newest === undefined ? undefined : known.find(({ account }) => account === toBase64url(newest.by))
  if (newest === undefined || author === undefined || !isToldAgain(known, group)) return
  const expected = inWords({ line: newest.description, name: newest.name })
  for (const { peer, told } of known) {
    const shown = inWords(told === undefined ? undefined : { line: told.description, name: told.name })
    if (shown !== expected && !isSilentInLarge(author.peer, group))
      violate(`I42: ${peer.name} shows of the group ${shown}, and ${author.peer.name} said ${expected}`)
  }
}

/** Whether it has something to say with its next message, in a group that is too large to be told at once. */
function isSilentInLarge({ state }: SimulatedPeer, group: string): boolean {
  const transaction = new Transaction(state)
  const log = transaction.get(MEMBERSHIP_LOG, group)
  return transaction.get(PROFILE_DUE, group) === true && log !== undefined && resolve(log).members.length > LIMITS.profileAtOnceMembers
}

/** Whether an admin is there who knows what was said: where none is, nobody may say it to those who come later (PROTOCOL §5.54). */
const isToldAgain = (known: readonly { readonly peer: SimulatedPeer; readonly account: string; readonly told: object | undefined }[], group: string): boolean =>
  known.some(({ peer, account, told }) => {
    const log = new Transaction(peer.state).get(MEMBERSHIP_LOG, group)
    return told !== undefined && log !== undefined && resolve(log).isAdmin(fromBase64url(account) as AccountId)
  })

const accountOf = ({ state }: SimulatedPeer): string => toBase64url(new Transaction(state).first(SELF)?.value.account ?? new Uint8Array())
