/**
 * Chrome's service worker as the keeper of the engine's page: it has no WebRTC itself, so it makes one offscreen
 * document, and makes it again when it was closed.
 *
 * The worker may stop at any time and keeps nothing: whether the document is there is asked of the browser, whether
 * the engine in it listens is asked of the engine.
 */
import { browser } from 'wxt/browser'
import { type HouseMessage, isEngineReady } from '../client/ensure-engine.ts'

const ENGINE_PAGE = '/engine.html'
/** Checks that the engine is there. Half a minute is the shortest period that Chrome keeps. */
const KEEPER_ALARM = 'keep the engine'
const KEEPER_MINUTES = 0.5
/** Waits while a new document runs its script: `getContexts` lists it before that. Some 4 s together; a guess. */
const HANDSHAKE_MS = [10, 20, 40, 80, 150, 300, 500, 1000, 1000, 1000] as const

let ensuring: Promise<void> | null = null

/** Resolves when the engine listens, after making its page if need be. Calls at the same time share one attempt. */
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
    // A worker that was stopped in the middle may have left one in the making; then that one serves.
    if (!(await hasOffscreenPage())) throw fault
  }
}

async function answersHandshake(): Promise<boolean> {
  try {
    const answer: unknown = await browser.runtime.sendMessage({ kind: 'isEngineReady' } satisfies HouseMessage)
    return isEngineReady(answer)
  } catch {
    // Nobody listens yet.
    return false
  }
}

/** Brings the engine back when its page was closed. For the top of the worker: listeners must be there at once. */
export function keepOffscreenEngine(): void {
  const ensure = (): void => {
    // A failure is not the end: the alarm comes again, and so do the pages.
    void ensureOffscreenEngine().catch((fault: unknown) => console.warn('engine not ready:', fault))
  }
  browser.alarms.onAlarm.addListener((alarm) => {
    if (alarm.name === KEEPER_ALARM) ensure()
  })
  browser.runtime.onStartup.addListener(ensure)
  browser.runtime.onInstalled.addListener(ensure)
  void setKeeperAlarm()
}

/** Sets the alarm that brings the engine back. An alarm that exists is left alone: making it again restarts it. */
async function setKeeperAlarm(): Promise<void> {
  const existing = await browser.alarms.get(KEEPER_ALARM)
  if (existing === undefined) await browser.alarms.create(KEEPER_ALARM, { periodInMinutes: KEEPER_MINUTES })
}
