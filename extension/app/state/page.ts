/** The page that the app is shown in. */

/** What the page knows before the engine has said anything. */
export interface AppDefaults {
  /** Address of a relay to fill in for somebody who starts a group; null: none is known. */
  readonly relay: string | null
  /** Of the extension, for the page about it. */
  readonly version?: string
}

/** `popup`: one narrow column; `panel`: two columns where there is room; `options`: the settings as a page. */
export type AppLayout = 'popup' | 'panel' | 'options'
