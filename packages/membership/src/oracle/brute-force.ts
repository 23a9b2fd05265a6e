/** The second resolver: what stands in a set of operations, straight from the predicates of PROTOCOL §5. */
import { type Deed, hexOf, isBefore, isConcurrent } from './deed.ts'
import { closesInvites, devicesTaken, inviteUsed, isAdmin, members, type View } from './facts.ts'
import { groundsOf, isEntitled, needsAdmin } from './rights.ts'

/** Answers for one placed log. Sets that were asked for already are answered from memory: otherwise it would be 2^n. */
export function viewer(): (known: ReadonlySet<Deed>) => View {
  const answers = new Map<string, View>()
  const before = new Map<Deed, View>()
  const viewBefore = (deed: Deed): View => {
    const view = before.get(deed) ?? viewOf(deed.past)
    before.set(deed, view)
    return view
  }
  const viewOf = (known: ReadonlySet<Deed>): View => {
    const key = [...known]
      .map(({ id }) => id)
      .toSorted()
      .join()
    const view = answers.get(key) ?? { known, standing: standingOf(known, viewOf, viewBefore), before: viewBefore }
    answers.set(key, view)
    return view
  }
  return viewOf
}

/** Single steps on the way to what stands: for showing an example. */
export interface Steps {
  readonly attacks: (q: Deed, r: Deed) => boolean
  readonly isWitnessed: (r: Deed, q: Deed) => boolean
}

export function stepsIn(known: ReadonlySet<Deed>): Steps {
  const viewOf = viewer()
  const { before } = viewOf(known)
  return { attacks: (q, r) => attacks(known, q, r, viewOf, before), isWitnessed: (r, q) => isWitnessed(known, r, q, viewOf) }
}

type ViewOf = (known: ReadonlySet<Deed>) => View
type ViewBefore = View['before']

/** 4. *stands*. */
function standingOf(known: ReadonlySet<Deed>, viewOf: ViewOf, before: ViewBefore): ReadonlySet<Deed> {
  const isClaim = (deed: Deed): boolean => isEntitled(before(deed), deed) && !isForked(known, deed, viewOf)
  const claims = [...known].filter(isClaim)
  const attackers = new Map(claims.map((r) => [r, claims.filter((q) => attacks(known, q, r, viewOf, before))]))
  const grounds = new Map(claims.map((deed) => [deed, groundsOf(before(deed), deed)]))
  const fates = new Map<Deed, 'stands' | 'void' | 'undecided'>([...known].map((deed) => [deed, claims.includes(deed) ? 'undecided' : 'void']))
  const allVoid = (deeds: readonly Deed[]): boolean => deeds.every((deed) => fates.get(deed) === 'void')
  const oneStands = (deeds: readonly Deed[]): boolean => deeds.some((deed) => fates.get(deed) === 'stands')

  const fateOf = (deed: Deed): 'stands' | 'void' | 'undecided' => {
    const against = attackers.get(deed) ?? []
    const under = grounds.get(deed) ?? []
    if (oneStands(against) || under.some(allVoid)) return 'void'
    return allVoid(against) && under.every(oneStands) ? 'stands' : 'undecided'
  }
  for (;;) {
    const undecided = claims.filter((deed) => fates.get(deed) === 'undecided')
    if (undecided.length === 0) break
    const [clear] = undecided.filter((deed) => fateOf(deed) !== 'undecided')
    if (clear !== undefined) {
      fates.set(clear, fateOf(clear))
      continue
    }
    const hangsOn = (deed: Deed): readonly Deed[] =>
      [...(attackers.get(deed) ?? []), ...(grounds.get(deed) ?? []).flat()].filter((each) => undecided.includes(each))
    const cycle = smallest(undecided.map((deed) => reach(deed, hangsOn)))
    const gentle = cycle.filter(({ unsigned: { body } }) => body.kind !== 'remove')
    for (const deed of gentle.length > 0 ? gentle : cycle) fates.set(deed, gentle.length > 0 ? 'void' : 'stands')
  }
  return new Set(claims.filter((deed) => fates.get(deed) === 'stands'))
}

/** All that a fate hangs on, however far. The smallest such set hangs on nothing else: it is a cycle. */
function reach(deed: Deed, hangsOn: (deed: Deed) => readonly Deed[]): readonly Deed[] {
  const found = new Set(hangsOn(deed))
  for (const each of found) for (const next of hangsOn(each)) found.add(next)
  return [...found]
}

const smallest = (sets: readonly (readonly Deed[])[]): readonly Deed[] => sets.toSorted((a, b) => a.length - b.length)[0] ?? []

/** 3. *attacks*. */
function attacks(known: ReadonlySet<Deed>, q: Deed, r: Deed, viewOf: ViewOf, before: ViewBefore): boolean {
  return isConcurrent(q, r) && (removesAuthor(q, r, before) || takesRight(q, r, before)) && !isWitnessed(known, r, q, viewOf)
}

const removesAuthor = (q: Deed, r: Deed, before: ViewBefore): boolean => {
  const { body } = q.unsigned
  if (body.kind === 'remove') return hexOf(body.account) === r.account
  return q.account === r.account && devicesTaken(before, q).includes(r.device)
}

function takesRight(q: Deed, r: Deed, before: ViewBefore): boolean {
  const { body } = q.unsigned
  const invite = inviteUsed(r)
  if (invite !== null && (closesInvites(before, q) || (body.kind === 'revokeInvite' && hexOf(body.invite) === invite))) return true
  return body.kind === 'setRole' && body.role === 'member' && hexOf(body.account) === r.account && needsAdmin(before(r), r)
}

/** Whether it lies on one branch of a fork without being witnessed over the operation that begins the other. */
function isForked(known: ReadonlySet<Deed>, r: Deed, viewOf: ViewOf): boolean {
  const branch = [...known].filter((deed) => deed === r || (deed.device === r.device && isBefore(deed, r)))
  return [...known].some(
    (other) =>
      isConcurrent(other, r) &&
      branch.some((link) => link !== other && link.device === other.device && link.previous === other.previous) &&
      !isWitnessed(known, r, other, viewOf),
  )
}

/** 2. *witnessed*. */
function isWitnessed(known: ReadonlySet<Deed>, r: Deed, q: Deed, viewOf: ViewOf): boolean {
  const signers = new Set([...known].filter((deed) => isBefore(r, deed) && !isBefore(q, deed)).map(({ account }) => account))
  const common = viewOf(new Set([...r.past].filter((deed) => q.past.has(deed))))
  const parties = [r, q].flatMap((deed) => [deed.account, ...subjectsOf(deed)])
  const others = members(common).filter((person) => !parties.includes(person))
  const admins = others.filter((person) => isAdmin(common, person))
  const electors = admins.length > 0 ? admins : others
  return electors.filter((person) => signers.has(person)).length > electors.length / 2
}

/** Whom an operation is about. */
function subjectsOf({ entry, unsigned: { body } }: Deed): readonly string[] {
  if (entry !== null) return [entry.account]
  if (body.kind === 'remove' || body.kind === 'setRole') return [hexOf(body.account)]
  return body.kind === 'leave' && body.successor !== null ? [hexOf(body.successor)] : []
}
