/**
 * The page in which the engine lives: Chrome's offscreen document, Firefox's background page.
 *
 * Listeners are registered before the engine exists, so that a page that connects early waits instead of being refused.
 */
import type { EngineInstance } from '../client/engine-port.ts'
import { browser } from 'wxt/browser'
import { composeEngine } from './compose.ts'
import { type IncomingPort, type PortServer, servePorts } from './serve-ports.ts'

/** Starts the engine and serves its ports. Resolves when it listens. Called once in the life of a page. */
export async function hostEngine(): Promise<void> {
  const engine: EngineInstance = { id: crypto.randomUUID(), startedMs: Date.now() }
  const own = { id: browser.runtime.id, baseUrl: browser.runtime.getURL('/') }
  const early: IncomingPort[] = []
  let serve: PortServer = (port) => early.push(port)
  browser.runtime.onConnect.addListener((port) => serve(port))
  serve = servePorts(await composeEngine(), engine, own)
  for (const port of early) serve(port)
}
