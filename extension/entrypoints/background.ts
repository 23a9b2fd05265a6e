import { defineBackground } from 'wxt/utils/define-background'
import { answerWhenReady } from '../host/house-messages.ts'
import { ensureOffscreenEngine, keepOffscreenEngine } from '../host/offscreen-keeper.ts'
import { serveOutside } from '../host/outside-worker.ts'
import { listenForWipe } from '../host/wipe-command.ts'
import { wipeInOffscreen } from '../host/wipe-engine.ts'

/** Chrome's service worker, which keeps the engine's page alive. Firefox needs none: its background page is the engine's. */
export default defineBackground({
  include: ['chrome'],
  main: () => {
    answerWhenReady('ensureEngine', ensureOffscreenEngine)
    keepOffscreenEngine()
    serveOutside()
    listenForWipe(wipeInOffscreen)
  },
})
