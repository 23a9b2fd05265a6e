/**
 * *Effective* (PROTOCOL §5.4): entitled operations that no effective one conflicts with. What an effective one conflicts
 * with is filtered; repeat. Undecided cycles are effective if they remove, else filtered.
 */
import { toBase64url } from '@sotto/wire'
import type { Claim, Entry } from '../entries/entry.ts'
import { rulesOf } from '../operations/all.ts'
import { aimOf, conflictsWith, inviteOf, isAggressive, isAimedAtInvites, isForked, siblingsOf } from './conflicts.ts'
import { restsOnEffective, restsOnFiltered } from './depends.ts'
import type { Scope } from './scope.ts'

/** The effective operations of the region. All before it that its rights rest on are effective, or they would not be rights. */
export function effectiveOf(scope: Scope): readonly Claim[] {
  const claims = scope.region.flatMap((entry): readonly Claim[] => (entry.verdict.kind === 'entitled' ? [{ entry, right: entry.verdict.right }] : []))
  const hasForks = scope.region.some((entry) => siblingsOf(scope, entry).length > 0)
  const whole = hasForks ? claims.filter(({ entry }) => !isForked(scope, entry)) : claims
  return hasForks || claims.some(isAggressive) ? new Decision(scope, whole).decide() : claims
}

/** For each claim the few that could conflict with it at all: those aimed at its author, or at the invite it goes by. */
function conflictingByTarget(claims: readonly Claim[]): (r: Claim) => readonly Claim[] {
  const byTarget = new Map<string, Claim[]>()
  const atInvites: Claim[] = []
  for (const claim of claims.filter(isAggressive)) {
    const key = toBase64url(aimOf(claim))
    const aimed = byTarget.get(key)
    if (aimed === undefined) byTarget.set(key, [claim])
    else aimed.push(claim)
    if (isAimedAtInvites(claim)) atInvites.push(claim)
  }
  return (claim) => {
    const atAuthor = byTarget.get(toBase64url(claim.entry.operation.unsigned.account)) ?? []
    return inviteOf(claim) === null ? atAuthor : [...new Set([...atAuthor, ...atInvites])]
  }
}

class Decision {
  readonly #claims: readonly Claim[]
  readonly #conflicting: ReadonlyMap<Claim, readonly Claim[]>
  readonly #byEntry: ReadonlyMap<Entry, Claim>
  readonly #inRegion: ReadonlySet<Entry>
  readonly #effective = new Set<Claim>()
  readonly #undecided: Set<Claim>

  constructor(scope: Scope, claims: readonly Claim[]) {
    const mayConflict = conflictingByTarget(claims)
    this.#claims = claims
    this.#conflicting = new Map(claims.map((r) => [r, mayConflict(r).filter((q) => conflictsWith(scope, q, r))]))
    this.#byEntry = new Map(claims.map((claim) => [claim.entry, claim]))
    this.#inRegion = new Set(scope.region)
    this.#undecided = new Set(claims)
  }

  decide(): readonly Claim[] {
    while (this.#undecided.size > 0) {
      if (this.#decideWhatIsClear()) continue
      this.#decideCycle()
    }
    return this.#claims.filter((claim) => this.#effective.has(claim))
  }

  readonly #isEffective = (entry: Entry): boolean => {
    const claim = this.#byEntry.get(entry)
    return claim === undefined ? !this.#inRegion.has(entry) : this.#effective.has(claim)
  }

  readonly #isFiltered = (entry: Entry): boolean => {
    const claim = this.#byEntry.get(entry)
    return claim === undefined ? this.#inRegion.has(entry) : !this.#effective.has(claim) && !this.#undecided.has(claim)
  }

  /** One pass over what is undecided. Whether anything was decided. */
  #decideWhatIsClear(): boolean {
    const before = this.#undecided.size
    for (const claim of this.#undecided) {
      const conflicting = this.#conflicting.get(claim) ?? []
      if (restsOnFiltered(claim, this.#isFiltered) || conflicting.some((each) => this.#effective.has(each))) {
        this.#undecided.delete(claim)
      } else if (conflicting.every((each) => this.#isFiltered(each.entry)) && restsOnEffective(claim, this.#isEffective)) {
        this.#undecided.delete(claim)
        this.#effective.add(claim)
      }
    }
    return this.#undecided.size < before
  }

  /** Decides cycles on which nothing else undecided bears: what does not remove is filtered; where all remove, all are effective. */
  #decideCycle(): void {
    const reaching = new Map([...this.#undecided].map((claim) => [claim, this.#undecidedBefore(claim)]))
    const isInCycle = (claim: Claim): boolean => [...(reaching.get(claim) ?? [])].every((other) => reaching.get(other)?.has(claim) === true)
    const cycles = [...this.#undecided].filter(isInCycle)
    const gentle = cycles.filter(({ entry }) => rulesOf(entry.operation.unsigned.body).removes === undefined)
    for (const claim of gentle) this.#undecided.delete(claim)
    if (gentle.length > 0) return
    for (const claim of cycles) {
      this.#undecided.delete(claim)
      this.#effective.add(claim)
    }
  }

  /** The undecided claims on which this one's fate hangs, however far. */
  #undecidedBefore(claim: Claim): ReadonlySet<Claim> {
    const found = new Set<Claim>()
    const open = [claim]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const direct = [...(this.#conflicting.get(next) ?? []), ...next.right.restsOn.flat().flatMap((entry) => this.#byEntry.get(entry) ?? [])]
      for (const each of direct) {
        if (!this.#undecided.has(each) || found.has(each)) continue
        found.add(each)
        open.push(each)
      }
    }
    return found
  }
}
