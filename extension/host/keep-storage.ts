/**
 * Asks the browser to keep what is stored here also when space runs short: once there is a profile worth keeping. With the
 * permission `unlimitedStorage` browsers ask nobody.
 */
import type { EngineView } from '@sotto/engine/api'

type BrowserStorage = Pick<StorageManager, 'persist' | 'persisted'>

/** To be called with each view. */
export function keepStorage(storage: BrowserStorage): (view: EngineView) => void {
  let isAsked = false
  return ({ phase }) => {
    if (isAsked || phase !== 'ready') return
    isAsked = true
    // A browser that refuses says so in Settings, where the person can ask again.
    void storage
      .persisted()
      .then((isKept) => isKept || storage.persist())
      .catch(() => false)
  }
}
