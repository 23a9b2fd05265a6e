/**
 * The clock of lives (PROTOCOL §8.90): how much time has passed here, by a wall clock that may be wrong. A step back counts as nothing. A
 * jump ahead may be a device that was off, or a wrong clock: it counts, and as long as it is doubted nothing is erased for it. What is
 * taken back of it later was never there.
 */
import { LIMITS } from '@sotto/wire'
import { relaysAgree } from '../links/relay-time.ts'
import type { Context } from '../state/context.ts'
import { type Life, LIFE_CLOCK, type LifeClock, VANISHED, VANISHING } from '../state/tables/vanishing.ts'

/** A difference that clocks have anyway. */
const SMALL_MS = 60_000

/** Brings the clock up to now. Returns its time, in milliseconds. */
export function lifeNow(context: Context): number {
  const before = context.transaction.get(LIFE_CLOCK, 'self')
  const now = settled(context, before === undefined ? { elapsedMs: 0, lastMs: context.nowMs, doubt: null } : moved(context, before))
  if (now !== before) context.transaction.put(LIFE_CLOCK, ['self'], now)
  return now.elapsedMs
}

function moved(context: Context, before: LifeClock): LifeClock {
  const passedMs = context.nowMs - before.lastMs
  if (passedMs === 0) return before
  const now = { ...before, lastMs: context.nowMs }
  if (passedMs < 0) return takenBack(context, now, -passedMs)
  const elapsedMs = before.elapsedMs + passedMs
  // Where nothing waits for its end, a jump ends nothing.
  const isJump = passedMs > LIMITS.lifeClockJumpMs && context.transaction.first(VANISHING) !== undefined
  return { ...now, elapsedMs, doubt: isJump ? { ms: (before.doubt?.ms ?? 0) + passedMs, fromMs: elapsedMs } : before.doubt }
}

/** The clock was put back. What it had jumped ahead is undone, also for what began since; more than that is ignored. */
function takenBack(context: Context, now: LifeClock, backMs: number): LifeClock {
  const { doubt } = now
  if (doubt === null) return now
  const ms = Math.min(backMs, doubt.ms)
  for (const { key, value } of context.transaction.scan(VANISHING))
    if (value.bornMs >= doubt.fromMs) context.transaction.put(VANISHING, key, { ...value, bornMs: value.bornMs - ms, endsMs: value.endsMs - ms })
  for (const { key, value } of context.transaction.scan(VANISHED))
    if (value.atMs >= doubt.fromMs) context.transaction.put(VANISHED, key, { atMs: value.atMs - ms })
  return {
    ...now,
    elapsedMs: now.elapsedMs - ms,
    doubt: doubt.ms - ms > SMALL_MS ? { ms: doubt.ms - ms, fromMs: doubt.fromMs - ms } : null,
  }
}

/** A jump is believed where a relay says so, or once it stood: longer, where a relay says otherwise, whose word is not the last. */
function settled(context: Context, clock: LifeClock): LifeClock {
  const { doubt, elapsedMs } = clock
  if (doubt === null) return clock
  const agrees = relaysAgree(context.transaction)
  const standsMs = agrees === undefined ? LIMITS.lifeClockStandsMs : LIMITS.lifeClockDisputedMs
  return agrees === true || elapsedMs - doubt.fromMs >= standsMs ? { ...clock, doubt: null } : clock
}

type Rows = Pick<Context, 'transaction'>

/** Whether the end of a life has come, as far as the clock has been brought up. */
export const hasEnded = ({ transaction }: Rows, { endsMs }: Life): boolean => endsMs <= (transaction.get(LIFE_CLOCK, 'self')?.elapsedMs ?? 0)

/** Whether it has come also if a jump that is doubted was none. */
export function hasSurelyEnded({ transaction }: Rows, { bornMs, endsMs }: Life): boolean {
  const clock = transaction.get(LIFE_CLOCK, 'self')
  if (clock === undefined) return false
  const { elapsedMs, doubt } = clock
  return endsMs <= elapsedMs - (doubt === null || bornMs >= doubt.fromMs ? 0 : doubt.ms)
}

/** When it ends, by the wall clock of now. */
export function endsAtMs({ transaction }: Rows, { endsMs }: Life): number {
  const { elapsedMs, lastMs } = transaction.get(LIFE_CLOCK, 'self') ?? { elapsedMs: 0, lastMs: 0 }
  return lastMs + Math.max(0, endsMs - elapsedMs)
}
