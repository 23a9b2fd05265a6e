/**
 * How a page makes sure that an engine runs: it asks the background, which knows where engines live in this browser.
 *
 * In Chrome that is the service worker, which creates the offscreen document. In Firefox it is the background page, which
 * is the engine's own. Only the engine's page listens for ports: a worker that listened too would keep a page's port
 * open after the engine behind it is gone.
 */
import { browser } from 'wxt/browser'
import { type EngineClient, connectEngine } from './engine-client.ts'

/** Messages of the extension's own parts, outside the engine's ports. */
export type HouseMessage =
  /** A page to the background. Answered with `{ kind: 'engineReady' }` once the engine listens. */
  | { readonly kind: 'ensureEngine' }
  /** The worker to the offscreen document. Answered with `{ kind: 'engineReady' }` by an engine that listens. */
  | { readonly kind: 'isEngineReady' }
  /** The worker to the offscreen document: the person gave the command that deletes everything. Answered with `Wiped`, or null. */
  | { readonly kind: 'wipe' }

export interface EngineReady {
  readonly kind: 'engineReady'
}

export interface Wiped {
  readonly kind: 'wiped'
  readonly isNothingLeft: boolean
}

/** Whether a value is a message of that kind. */
export function isHouseMessage<K extends HouseMessage['kind']>(value: unknown, kind: K): value is Extract<HouseMessage, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}

/** Whether an answer says that the engine listens. */
export const isEngineReady = (value: unknown): value is EngineReady =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'engineReady'

/** The engine's client for this page, connected through the extension's ports. */
export function connectToEngine(): EngineClient {
  return connectEngine({
    ensureEngine: async () => {
      const answer: unknown = await browser.runtime.sendMessage({ kind: 'ensureEngine' } satisfies HouseMessage)
      if (!isEngineReady(answer)) throw new Error('the background has no engine yet')
    },
    openPort: (name) => {
      const port = browser.runtime.connect({ name })
      // Unless the reason of its closing is read, Chrome writes it to the console.
      port.onDisconnect.addListener(() => void browser.runtime.lastError)
      return port
    },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
}
