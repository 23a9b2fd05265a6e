/** The page that the app is shown in. */

/** What the page knows before the engine has answered. */
export interface AppDefaults {
  /** Address of a relay to fill in for a person who starts a group; null: none is known. */
  readonly relay: string | null
  /** The extension's version, for the page about it. */
  readonly version?: string
  /** The keyboard command that deletes everything. Absent: this browser has none. */
  readonly wipeKey?: WipeKey
}

export interface WipeKey {
  /** The keys as the browser writes them; empty: none are chosen. */
  readonly read: () => Promise<string>
  /** Opens the browser's own page for that. */
  readonly choose: () => void
}

/** `popup`: one narrow column; `panel`: two columns where there is room; `options`: the settings as a page. */
export type AppLayout = 'popup' | 'panel' | 'options'
