/** A world that every run plays again, and how it is drawn (`kept-worlds.ts`). */
import { type Plan, planWithCollusion, planWithoutTreason, planWithTreason } from './plan.ts'
import { planIn, planWithDirectChats, planWithGone, planWithPeople, planWithReports, type Profile } from './profiles.ts'

export interface KeptWorld {
  readonly seed: number
  /** How it was drawn when it failed: with the adversaries of `withTreason`, or with all up to `withCollusion`. Default: with none of either. */
  readonly drawn?: 'before' | 'withTreason' | 'withCollusion'
  /** The profile in which it failed, in place of `drawn`: with all that is drawn up to direct chats, */
  readonly profile?: Profile
  /**
   * or, too, with what people tell of themselves and choose for their lists, then with reports, with people who go for good, with all that
   * any world has, and with files and all that is played with them.
   */
  readonly upTo?: 'people' | 'reports' | 'gone' | 'all' | 'files'
  /** What differs from the seed's plan. */
  readonly changes?: Partial<Omit<Plan, 'seed'>>
  /** What was wrong, or what is rare. */
  readonly why: string
}

const planWithFiles = (seed: number, profile: Profile): Plan => planIn(seed, profile, { files: true })

const UP_TO = {
  people: planWithPeople,
  reports: planWithReports,
  gone: planWithGone,
  all: (seed: number, profile: Profile): Plan => planIn(seed, profile),
  files: planWithFiles,
} as const
const PLANS = { before: planWithoutTreason, withTreason: planWithTreason, withCollusion: planWithCollusion } as const

export const planOfKept = ({ seed, drawn = 'before', profile, upTo, changes }: KeptWorld): Plan => ({
  ...(profile === undefined ? PLANS[drawn](seed) : (upTo === undefined ? planWithDirectChats : UP_TO[upTo])(seed, profile)),
  ...changes,
})
