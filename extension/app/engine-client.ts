import type { EngineReply, EngineRequest, EngineView, Rejection } from '@sotto/engine/api'

/**
 * What a page knows of the engine.
 * `connecting`: at first, and whenever the engine was stopped; `view` is then the last one seen, if any.
 * `connected`: `view` follows the engine.
 */
export type ClientState =
  | { readonly connection: 'connecting'; readonly view: EngineView | null }
  | { readonly connection: 'connected'; readonly view: EngineView }

/** The engine's answer, or that it went away before it gave one. */
export type ClientReply =
  | Extract<EngineReply, { readonly ok: true }>
  | { readonly ok: false; readonly rejection: Rejection | { readonly code: 'engineGone'; readonly numbers: Rejection['numbers'] } }

/** The engine as the app needs it. `extension/client` has one on a port, the preview one that is played. */
export interface EngineClient {
  readonly state: () => ClientState
  /** Calls back after every change. Returns how to stop. */
  readonly subscribe: (listener: (state: ClientState) => void) => () => void
  readonly request: (request: EngineRequest) => Promise<ClientReply>
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
