/** Who is there, as far as it allows others to see it (PROTOCOL §7, §13.46). Who hides sees nobody. */
import { LIMITS, type SignalBody } from '@sotto/wire'
import { privacyOf } from '../../identity/settings.ts'
import type { Context } from '../../state/context.ts'
import { OWN_PRESENCE, type OwnPresence, PRESENCE } from '../../state/tables/messages.ts'
import { setTimer } from '../../state/timers.ts'
import { epochsToSayIn, isSmall, sayNow } from './say.ts'

type State = Extract<SignalBody, { readonly kind: 'presence' }>['state']

/** Who is seen for the first time is answered this soon, and not more often than this. Guesses: several may come at once. */
const ANSWER_MS = 1_000
const ANSWER_AGAIN_MS = 5_000

const NOT_THERE: OwnPresence = { signMs: null, saidMs: null, dueMs: null }

const ownPresence = (context: Context): OwnPresence => context.transaction.get(OWN_PRESENCE, 'self') ?? NOT_THERE

function sayPresence(context: Context, state: State): void {
  for (const epoch of epochsToSayIn(context)) if (isSmall(context, epoch.group)) sayNow(context, epoch, { kind: 'presence', state })
  const said = state === 'here' ? { saidMs: context.nowMs, dueMs: context.nowMs + LIMITS.presenceEveryMs } : { saidMs: null, dueMs: null }
  context.transaction.put(OWN_PRESENCE, ['self'], { ...ownPresence(context), ...said })
  if (said.dueMs !== null) setTimer(context, 'presence', said.dueMs, 'earliest')
}

/** Our person gave a sign: a key, a touch, a pointer, or what it asked for. Who comes is seen at once. */
export function personIsHere(context: Context): void {
  const own = ownPresence(context)
  context.transaction.put(OWN_PRESENCE, ['self'], { ...own, signMs: context.nowMs })
  if (own.saidMs === null) tellPresence(context)
}

/** Says that our person is there, if it allows that; or, once, that it has gone. */
function tellPresence(context: Context): void {
  const { signMs, saidMs } = ownPresence(context)
  if (!privacyOf(context).presence || signMs === null) return
  // A clock that was put back is no reason to go.
  if (context.nowMs - signMs < LIMITS.presenceSignMs) sayPresence(context, 'here')
  else if (saidMs !== null) sayPresence(context, 'away')
}

/** Others can hear us by now, or are in a new epoch: who is there says so at once. */
export function presenceHeard(context: Context): void {
  const own = ownPresence(context)
  if (own.saidMs === null || own.saidMs === context.nowMs) return
  context.transaction.put(OWN_PRESENCE, ['self'], { ...own, dueMs: context.nowMs })
  setTimer(context, 'presence', context.nowMs, 'earliest')
}

/** The device stops or is locked: its person has gone, which the others see at once. */
export function sayGoodbye(context: Context): void {
  if (privacyOf(context).presence && ownPresence(context).saidMs !== null) sayPresence(context, 'away')
}

/** Our person chose. From then on others see it and it sees others, or neither. */
export function presenceChosen(context: Context, isOn: boolean): void {
  if (isOn) return personIsHere(context)
  sayPresence(context, 'hidden')
  context.transaction.deleteAll(PRESENCE)
}

/** A member allows us to see whether it is there, or does no longer. */
export function hearPresence(context: Context, group: string, account: string, state: State): void {
  if (state === 'hidden') return context.transaction.delete(PRESENCE, group, account)
  const wasHere = context.transaction.get(PRESENCE, group, account)?.isHere === true
  const untilMs = context.nowMs + LIMITS.presenceShownMs
  context.transaction.put(PRESENCE, [group, account], { isHere: state === 'here', untilMs })
  if (state !== 'here') return
  setTimer(context, 'presence', untilMs, 'earliest')
  const own = ownPresence(context)
  if (wasHere || own.saidMs === null || own.dueMs === null) return
  const dueMs = Math.min(own.dueMs, Math.max(context.nowMs + ANSWER_MS, own.saidMs + ANSWER_AGAIN_MS))
  context.transaction.put(OWN_PRESENCE, ['self'], { ...own, dueMs })
  setTimer(context, 'presence', dueMs, 'earliest')
}

/** What is due by time: those who were not heard have gone, and ours is said again. */
export function reviewPresence(context: Context): void {
  for (const { key, value } of context.transaction.scan(PRESENCE)) {
    if (!value.isHere) continue
    // The same where the clock was put back: longer than this nobody is shown.
    const isOver = value.untilMs <= context.nowMs || value.untilMs > context.nowMs + LIMITS.presenceShownMs
    if (isOver) context.transaction.put(PRESENCE, key, { ...value, isHere: false })
    else setTimer(context, 'presence', value.untilMs, 'earliest')
  }
  const { saidMs, dueMs } = ownPresence(context)
  if (saidMs === null || dueMs === null) return
  if (dueMs <= context.nowMs || saidMs > context.nowMs) tellPresence(context)
  else setTimer(context, 'presence', dueMs, 'earliest')
}

/** Whether a member is there; `undefined`: it does not let us know. */
export const isHere = ({ transaction }: Pick<Context, 'transaction'>, group: string, account: string): boolean | undefined =>
  transaction.get(PRESENCE, group, account)?.isHere
