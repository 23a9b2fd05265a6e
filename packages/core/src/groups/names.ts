/**
 * What people are called here (PROTOCOL §13.22). An account calls itself what it likes, so a name proves nothing: it is in its one form, it is
 * told apart from every other that is drawn alike, and a change of it is told (PROTOCOL §3). A petname of this device's
 * person goes before it.
 */
import { compareBytes, LIMITS, lookalikeKeys, nameFrom, toBase64url, utf8 } from '@sotto/wire'
import type { SaidName } from '../identity/profile.ts'
import { type Context, tell } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { LOOKALIKE, LOOKS, NAME, type Name, PIN } from '../state/tables/people.ts'
import { SELF } from '../state/tables/self.ts'

type Reading = Pick<Context, 'transaction'>

/** A name as it is shown. `another`: how many other accounts had a name that is drawn alike before; 0: none. */
export interface PersonName {
  readonly name: string
  readonly another: number
}

/** What an account calls itself; empty if that is not known. Others are told this, and never a petname. */
export function ownNameOf(context: Reading, account: string): string {
  const self = context.transaction.get(SELF, 'self')
  if (self !== undefined && textOf(self.account) === account) return nameFrom(self.name)
  return context.transaction.get(NAME, account)?.name ?? ''
}

/** What an account calls itself now, with the number that tells it apart. */
export const calledNow = (context: Reading, account: string): PersonName => ({
  name: ownNameOf(context, account),
  another: context.transaction.get(NAME, account)?.another ?? 0,
})

/** What an account is called here. */
export function personOf(context: Reading, account: Uint8Array): PersonName {
  const key = textOf(account)
  const pin = context.transaction.get(PIN, key)
  if (pin !== undefined && pin.petname !== '') return { name: pin.petname, another: pin.another }
  return calledNow(context, key)
}

/** Takes in what others call an account. It counts until the account itself has spoken. */
export function noteHearsay(context: Context, account: Uint8Array, said: string): void {
  const name = nameFrom(said)
  const key = textOf(account)
  if (name === '' || isOwn(context, key) || context.transaction.get(NAME, key) !== undefined) return
  putName(context, key, { name, isHearsay: true, revision: 0, renames: 0, sinceMs: 0 })
}

/** Takes in what an account calls itself: of all that it said the latest name counts, in whatever order they arrive (PROTOCOL §3.52). */
export function noteName(context: Context, account: Uint8Array, said: SaidName): void {
  const name = nameFrom(said.name)
  const key = textOf(account)
  if (name === '' || isOwn(context, key)) return
  const { nameRevision: revision } = said
  const known = context.transaction.get(NAME, key)
  // What others called it was never its name.
  if (known === undefined || (known.isHearsay && known.name !== name))
    return putName(context, key, { name, isHearsay: false, revision, renames: 0, sinceMs: 0 })
  if (known.name === name) {
    if (known.isHearsay || revision > known.revision) context.transaction.put(NAME, [key], { ...known, isHearsay: false, revision })
    return
  }
  if (!isLater({ name, revision }, known)) return
  const isNewWindow = Math.abs(context.nowMs - known.sinceMs) >= LIMITS.renamesWithinMs
  const renames = isNewWindow ? 1 : known.renames + 1
  // Its revision is not kept, so that it is taken when it is said again later.
  if (renames > LIMITS.renames) return
  putName(context, key, { name, isHearsay: false, revision, renames, sinceMs: isNewWindow ? context.nowMs : known.sinceMs })
  tell(context, { kind: 'renamed', account: key, from: { name: known.name, another: known.another }, to: name })
}

/** Two devices, or one whose disk was put back, may give one revision to two names: then all take the one whose bytes are greater. */
const isLater = (one: Pick<Name, 'name' | 'revision'>, other: Pick<Name, 'name' | 'revision'>): boolean =>
  one.revision > other.revision || (one.revision === other.revision && compareBytes(utf8(one.name), utf8(other.name)) > 0)

function isOwn(context: Reading, account: string): boolean {
  const self = context.transaction.get(SELF, 'self')
  return self !== undefined && textOf(self.account) === account
}

function putName(context: Context, account: string, row: Omit<Name, 'another'>): void {
  context.transaction.put(NAME, [account], { ...row, another: numberFor(context, account, row.name) })
  indexName(context, account)
}

/** Row keys may not hold every character that a name may. */
const looksOf = (name: string): readonly string[] => lookalikeKeys(name).map((key) => toBase64url(utf8(key)))

/** The others whose name can be taken for this one, each with its number. */
function namesakes(context: Reading, account: string, name: string): readonly { readonly account: string; readonly another: number }[] {
  return looksOf(name).flatMap((look) =>
    context.transaction.scan(LOOKALIKE, look).flatMap(({ key, value }) => (key[1] === account ? [] : [{ account: key[1] ?? '', another: value }])),
  )
}

/** A number that no other account with such a name has; 0: there is none. `among`: only these count. */
export function numberFor(context: Reading, account: string, name: string, among: (account: string) => boolean = () => true): number {
  const others = namesakes(context, account, name).filter((each) => among(each.account))
  return others.length === 0 ? 0 : Math.min(MOST_NUMBER, 1 + Math.max(...others.map(({ another }) => another)))
}

const MOST_NUMBER = 65_535

/** The account is called so by this device's person, or is this person: others that had the name alone are now told apart from it. */
export function claimName(context: Context, account: string, name: string): void {
  for (const each of namesakes(context, account, name)) {
    const row = context.transaction.get(NAME, each.account)
    if (row === undefined || row.another > 0) continue
    context.transaction.put(NAME, [each.account], { ...row, another: numberFor(context, account, name) || 1 })
    indexName(context, each.account)
  }
}

/** Finds an account by what its names can be taken for. */
export function indexName(context: Context, account: string): void {
  for (const look of context.transaction.get(LOOKS, account) ?? []) context.transaction.delete(LOOKALIKE, look, account)
  const numbers = new Map<string, number>()
  const add = (name: string, another: number): void => {
    if (name !== '') for (const look of looksOf(name)) numbers.set(look, Math.max(another, numbers.get(look) ?? 0))
  }
  const pin = context.transaction.get(PIN, account)
  if (pin !== undefined) add(pin.petname, pin.another)
  add(ownNameOf(context, account), context.transaction.get(NAME, account)?.another ?? 0)
  for (const [look, another] of numbers) context.transaction.put(LOOKALIKE, [look, account], another)
  context.transaction.put(LOOKS, [account], [...numbers.keys()])
}

/** After a start: builds what is derived from names. */
export function indexNames(context: Context): void {
  const self = context.transaction.get(SELF, 'self')
  const accounts = [NAME, PIN].flatMap((table) => context.transaction.scan<unknown>(table as never).map(({ key }) => key[0] ?? ''))
  for (const account of new Set([...(self === undefined ? [] : [textOf(self.account)]), ...accounts])) indexName(context, account)
}
