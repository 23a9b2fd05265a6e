/**
 * The composition root: the one place of the extension that knows which adapters the engine gets.
 *
 * For now there is no engine behind the API: the extension starts, says so, and refuses requests as an engine without
 * a profile does.
 */
import type { EngineApi, EngineView } from '@sotto/engine/api'

const VIEW: EngineView = { phase: 'noProfile', profile: null, relays: [], groups: [], trouble: null }

/** Puts the engine together and starts it. Resolves when it answers requests. */
export async function composeEngine(): Promise<EngineApi> {
  return {
    request: async () => ({ ok: false, rejection: { code: 'noProfile', numbers: {} } }),
    subscribe: (listener) => {
      listener(VIEW)
      return () => {}
    },
  }
}
