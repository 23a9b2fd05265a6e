/** The page that the app is shown in. */

/** What the page knows before the engine has answered. */
export interface AppDefaults {
  /** Address of a relay to fill in for a person who starts a group; null: none is known. */
  readonly relay: string | null
  /** The extension's version, for the page about it. */
  readonly version?: string
}

/** `popup`: one narrow column; `panel`: two columns where there is room; `options`: the settings as a page. */
export type AppLayout = 'popup' | 'panel' | 'options'
