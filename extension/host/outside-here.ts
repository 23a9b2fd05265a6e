/** Firefox: the engine's page is the background page, which has the browser's whole API. */
import { listenToNotifications, performAttention } from './browser-attention.ts'
import { listenToCommands } from './browser-commands.ts'
import { listenToMenu, makeMenu } from './browser-menu.ts'
import { openTab } from './open-app.ts'
import type { Outside } from './outside.ts'

export const outsideHere = (): Outside => ({
  perform: performAttention,
  listen: ({ notificationChosen, lock, share }) => {
    listenToNotifications((id) => {
      if (!notificationChosen(id)) void openTab()
    })
    listenToMenu((text, isOpening) => {
      const isAsked = share(text)
      void isOpening.then((opens) => (opens || isAsked ? undefined : openTab()))
    })
    listenToCommands({ lock })
    void makeMenu()
  },
})
