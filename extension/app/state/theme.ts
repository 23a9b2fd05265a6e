/** Light or dark: as the system says, or as the person chose. The choice is the only thing kept outside the vault. */
import { type ReadonlySignal, signal } from '@preact/signals'

export type Theme = 'auto' | 'light' | 'dark'

const THEME_KEY = 'sotto.theme'

const isTheme = (value: string | null): value is Theme => value === 'auto' || value === 'light' || value === 'dark'

function storedTheme(): Theme {
  try {
    const value = localStorage.getItem(THEME_KEY)
    return isTheme(value) ? value : 'auto'
  } catch {
    // Storage can be forbidden by the browser's settings. Then the system decides.
    return 'auto'
  }
}

const chosen = signal<Theme>('auto')

const show = (theme: Theme): void => {
  chosen.value = theme
  if (theme === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** The current choice. */
export const theme: ReadonlySignal<Theme> = chosen

/** Shows the stored choice and follows it when another page of the extension changes it. */
export function startTheme(): void {
  show(storedTheme())
  addEventListener('storage', ({ key }) => {
    if (key === THEME_KEY || key === null) show(storedTheme())
  })
}

/** Shows a theme and keeps the choice. */
export function chooseTheme(theme: Theme): void {
  show(theme)
  try {
    localStorage.setItem(THEME_KEY, theme)
  } catch {
    // As above: the choice then lasts as long as the page.
  }
}
