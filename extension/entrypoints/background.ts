import { defineBackground } from 'wxt/utils/define-background'
import { hostEngine } from '../host/engine-host.ts'
import { answerWhenReady } from '../host/house-messages.ts'
import { ensureOffscreenEngine, keepOffscreenEngine } from '../host/offscreen-keeper.ts'

/** Firefox: the engine's own page. Chrome: the worker that keeps the engine's page. The build keeps one of the two. */
export default defineBackground(() => {
  if (import.meta.env.FIREFOX) {
    const hosted = hostEngine()
    answerWhenReady('ensureEngine', () => hosted)
  } else {
    answerWhenReady('ensureEngine', ensureOffscreenEngine)
    keepOffscreenEngine()
  }
})
