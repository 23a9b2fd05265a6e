/** Scenes in which no profile is open: before there is one, locked, wiped, or where nothing can be read. */
import type { EngineView, StorageTrouble } from '@sotto/engine/api'
import type { Scene } from './played-engine.ts'
import { MINUTE, SCENE_NOW_MS } from './scene-messages.ts'

/** `ready`: the view of an open profile. */
export function closedScenes(ready: EngineView) {
  const none: EngineView = { ...ready, phase: 'noProfile', profile: null, groups: [], relays: [] }
  /** The state in which nothing can be read. */
  const closed = (trouble: StorageTrouble): EngineView => ({ ...none, phase: 'unavailable', trouble })
  return {
    starting: { view: { ...ready, phase: 'starting', profile: null, groups: [] } },
    storageDamagedAtStart: { view: closed('storageDamaged') },
    storageFullAtStart: { view: closed('storageFull') },
    storageRefused: { view: closed('storageRefused') },
    storageNewer: { view: closed('storageNewer') },
    storageFailed: { view: closed('storageFailed') },
    profileEmpty: { view: { ...none, trouble: 'profileEmpty' } },
    wiped: { view: { ...none, wiped: { left: [] } } },
    wipedButNotAll: {
      view: { ...none, wiped: { left: ['database sotto-rows', 'file sotto-secrets'] } },
    },
    noProfile: { view: { ...none } },
    nameRefused: {
      view: { ...none },
      refuses: { createProfile: { code: 'passphraseTooShort', numbers: { limit: 8 } } },
    },
    locked: {
      view: { ...ready, phase: 'locked', groups: [] },
      refuses: { unlock: { code: 'wrongPassphrase', numbers: {} } },
    },
    lockedWaiting: {
      view: { ...ready, phase: 'locked', groups: [], nextTryMs: SCENE_NOW_MS + 4 * MINUTE + 32_000 },
      refuses: { unlock: { code: 'passphraseTooSoon', numbers: { seconds: 272 } } },
    },
  } as const satisfies { readonly [name: string]: Scene }
}
