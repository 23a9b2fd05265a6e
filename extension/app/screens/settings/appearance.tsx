/** Light or dark. */
import { type Theme, chooseTheme, theme } from '../../state/theme.ts'
import { strings } from '../../strings/index.ts'
import { Section } from './section.tsx'

const THEMES: readonly { readonly value: Theme; readonly text: string }[] = [
  { value: 'auto', text: strings.themeAuto },
  { value: 'light', text: strings.themeLight },
  { value: 'dark', text: strings.themeDark },
]

export function Appearance() {
  return (
    <Section title={strings.appearance}>
      <div class="segments" role="radiogroup" aria-label={strings.appearance}>
        {THEMES.map(({ value, text }) => (
          <label key={value} class="segment">
            <input type="radio" name="theme" checked={theme.value === value} onChange={() => chooseTheme(value)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </Section>
  )
}
