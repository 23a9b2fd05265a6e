/**
 * The page in which the engine lives: Chrome's offscreen document, Firefox's background page.
 *
 * Listeners are registered before the engine exists, so that a page that connects early waits instead of being refused.
 */
import type { EngineInstance } from '../client/engine-port.ts'
import { FILE_CHANNEL } from '../client/file-channel.ts'
import type { EngineApi } from '@sotto/engine/api'
import { browser } from 'wxt/browser'
import { watchAttention } from './attention.ts'
import { composeEngine } from './compose.ts'
import { keepStorage } from './keep-storage.ts'
import type { Outside } from './outside.ts'
import { ownExtension } from './own-extension.ts'
import { type IncomingPort, servePorts } from './serve-ports.ts'
import { takeFiles } from './take-files.ts'

/** Starts the engine and serves its ports. Resolves when it listens. Called once in the life of a page. */
export async function hostEngine(outside: Outside): Promise<EngineApi> {
  const engine: EngineInstance = { id: crypto.randomUUID(), startedMs: Date.now() }
  const early: IncomingPort[] = []
  let serve = (port: IncomingPort): unknown => early.push(port)
  browser.runtime.onConnect.addListener((port) => void serve(port))
  const api = await composeEngine()
  const pages = servePorts(api, engine, ownExtension())
  const attention = watchAttention({
    nowMs: () => Date.now(),
    after: (ms, act) => void setTimeout(act, ms),
    isShown: pages.isShown,
    perform: outside.perform,
  })
  // What an earlier life of the engine showed leads nowhere any more.
  outside.perform({ kind: 'takeAway', ids: null })
  outside.listen({
    notificationChosen: (id) => pages.go(attention.groupOf(id) ?? null),
    lock: () => void api.request({ kind: 'lock' }),
    share: (text) => {
      void api.request({ kind: 'keepTyped', field: 'shared', text })
      return pages.go(null)
    },
  })
  takeFiles(api.request, new BroadcastChannel(FILE_CHANNEL))
  api.subscribe(attention.viewChanged)
  api.subscribe(keepStorage(navigator.storage))
  serve = pages.serve
  for (const port of early) pages.serve(port)
  return api
}
