/** Tells the engine that the person is there: what nobody uses locks itself. */
import type { EngineClient } from '../../client/engine-client.ts'

/** Told at most this often, ms: well within the shortest time that can be chosen. */
const EVERY_MS = 15_000
const SIGNS = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'touchstart'] as const

/** Begins now, for as long as the page lives. What is opened is used: the first time is told at once. */
export function tellActivity(client: Pick<EngineClient, 'request'>, target: Pick<EventTarget, 'addEventListener'>, nowMs: () => number = Date.now): void {
  let toldMs = -Infinity
  const tell = (): void => {
    const now = nowMs()
    // A clock that was put back must not keep it from being told.
    if (now - toldMs < EVERY_MS && now >= toldMs) return
    toldMs = now
    // While the engine is away there is nothing to lock.
    void client.request({ kind: 'active' }).catch(() => {})
  }
  for (const sign of SIGNS) target.addEventListener(sign, tell, { passive: true, capture: true })
  tell()
}
