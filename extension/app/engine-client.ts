import type { EngineApi } from '@sotto/engine/api'

/** Whether the page hears from the engine. `reconnecting`: the engine was stopped and is being started again. */
export type ClientConnection = 'connected' | 'reconnecting'

/** The engine as a page has it: the same API, and the state of the line to it. */
export type EngineClient = EngineApi & {
  /** Calls back at once with the current state and after every change. Returns how to stop. */
  readonly connection: (listener: (state: ClientConnection) => void) => () => void
}

/** What the page knows before the engine has said anything. */
export interface AppDefaults {
  /** Address of a relay to fill in for somebody who starts a group; null: none is known. */
  readonly relay: string | null
  /** Of the extension, for the page about it. */
  readonly version?: string
}

/** `popup`: one narrow column; `panel`: two columns where there is room; `options`: the settings as a page. */
export type AppLayout = 'popup' | 'panel' | 'options'
