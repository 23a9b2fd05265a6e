/**
 * *Effective* (PROTOCOL §5.4): entitled operations that no effective one conflicts with. What an effective one conflicts
 * with is filtered; repeat. Of an undecided cycle what takes is effective, unless a majority overruled it; the rest is filtered.
 */
import { toBase64url } from '@sotto/wire'
import type { Claim, Entry } from '../entries/entry.ts'
import { isBefore } from '../entries/order.ts'
import { isAcknowledgedByMajority } from './acknowledged-by-majority.ts'
import { aimOf, conflictsWith, inviteOf, isAggressive, isAimedAtInvites, isForked, siblingsOf, takes } from './conflicts.ts'
import { restsOnEffective, restsOnFiltered } from './depends.ts'
import type { Scope } from './scope.ts'

/** The effective operations of the region. All before it that its rights rest on are effective, or they would not be rights. */
export function effectiveOf(scope: Scope): readonly Claim[] {
  const claims = scope.region.map((entry): Claim => ({ entry, right: entry.right }))
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
  readonly #scope: Scope
  readonly #claims: readonly Claim[]
  readonly #conflicting: ReadonlyMap<Claim, readonly Claim[]>
  readonly #byEntry: ReadonlyMap<Entry, Claim>
  readonly #inRegion: ReadonlySet<Entry>
  readonly #effective = new Set<Claim>()
  readonly #undecided: Set<Claim>

  constructor(scope: Scope, claims: readonly Claim[]) {
    const mayConflict = conflictingByTarget(claims)
    this.#scope = scope
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

  /**
   * Decides a cycle on which nothing else undecided bears. An operation that takes in answer to being taken from cannot be told
   * from one that did so first: so all that takes is effective, both lose, and nothing is won by an answer that is dated back.
   */
  #decideCycle(): void {
    const reaching = new Map([...this.#undecided].map((claim) => [claim, this.#undecidedBefore(claim)]))
    const isInCycle = (claim: Claim): boolean => [...(reaching.get(claim) ?? [])].every((other) => reaching.get(other)?.has(claim) === true)
    const first = [...this.#undecided].find(isInCycle)
    const cycle = first === undefined ? [] : [...(reaching.get(first) ?? [])]
    const overruled = cycle.filter((claim) => this.#isOverruled(claim))
    const isAnswered = overruled.length > 0 && cycle.some((claim) => takes(claim) && !overruled.includes(claim))
    for (const claim of isAnswered ? overruled : cycle) {
      this.#undecided.delete(claim)
      if (!isAnswered && takes(claim)) this.#effective.add(claim)
    }
  }

  /** A majority acknowledged over it something in its cycle that conflicts with it, or it was written behind that: it is no answer from the same time. */
  #isOverruled(claim: Claim): boolean {
    const conflicting = (this.#conflicting.get(claim) ?? []).filter((each) => this.#undecided.has(each))
    return conflicting.some(({ entry }) => isBefore(entry, claim.entry) || isAcknowledgedByMajority(this.#scope, entry, claim.entry))
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
