/**
 * Chrome's service worker keeps the engine's page alive. It has no WebRTC itself, so it creates one offscreen document,
 * and creates it again when it was closed.
 *
 * The worker may stop at any time and keeps no state. It asks the browser whether the document is there, and the engine
 * in it whether it listens.
 */
import { browser } from 'wxt/browser'
import { type HouseMessage, isEngineReady } from '../client/ensure-engine.ts'

const ENGINE_PAGE = '/engine.html'
/** Checks that the engine is there. Half a minute is Chrome's shortest period. */
const KEEPER_ALARM = 'keep the engine'
const KEEPER_MINUTES = 0.5
/** Waits while a new document runs its script: `getContexts` lists it before that. Some 4 s in all. A guess. */
const HANDSHAKE_MS = [10, 20, 40, 80, 150, 300, 500, 1000, 1000, 1000] as const

let ensuring: Promise<void> | null = null

/** Resolves when the engine listens, after creating its page if needed. Concurrent calls share one attempt. */
export function ensureOffscreenEngine(): Promise<void> {
  ensuring ??= ensureOnce().finally(() => {
    ensuring = null
  })
  return ensuring
}

async function ensureOnce(): Promise<void> {
  if (!(await hasOffscreenPage())) await makeOffscreenPage()
  for (const waitMs of HANDSHAKE_MS) {
    if (await answersHandshake()) return
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
  throw new Error('the offscreen document is there but its engine does not answer')
}

async function hasOffscreenPage(): Promise<boolean> {
  const contexts = await browser.runtime.getContexts({ contextTypes: ['OFFSCREEN_DOCUMENT'] })
  return contexts.length > 0
}

async function makeOffscreenPage(): Promise<void> {
  try {
    await browser.offscreen.createDocument({
      url: ENGINE_PAGE,
      reasons: ['WEB_RTC'],
      justification: 'Holds the peer connections over which the messages travel.',
    })
  } catch (fault) {
    // A worker that was stopped in between may have left one being created. Then that one serves.
    if (!(await hasOffscreenPage())) throw fault
  }
}

async function answersHandshake(): Promise<boolean> {
  try {
    const answer: unknown = await browser.runtime.sendMessage({ kind: 'isEngineReady' } satisfies HouseMessage)
    return isEngineReady(answer)
  } catch {
    // No engine listens yet.
    return false
  }
}

/** Restarts the engine when its page was closed. For the top of the worker: listeners must be registered at once. */
export function keepOffscreenEngine(): void {
  const ensure = (): void => {
    // A failure is not final: the alarm comes again, and so do the pages.
    void ensureOffscreenEngine().catch((fault: unknown) => console.warn('engine not ready:', fault))
  }
  browser.alarms.onAlarm.addListener((alarm) => {
    if (alarm.name === KEEPER_ALARM) ensure()
  })
  browser.runtime.onStartup.addListener(ensure)
  browser.runtime.onInstalled.addListener(ensure)
  void setKeeperAlarm()
}

/** Sets the alarm that restarts the engine. An existing alarm is left alone: setting it again restarts its period. */
async function setKeeperAlarm(): Promise<void> {
  const existing = await browser.alarms.get(KEEPER_ALARM)
  if (existing === undefined) await browser.alarms.create(KEEPER_ALARM, { periodInMinutes: KEEPER_MINUTES })
}
