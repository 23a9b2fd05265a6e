/** Whether words of messages are indexed on this device. */
import { ErrorLine } from '../../parts/controls.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { strings } from '../../strings/index.ts'
import { Section } from './section.tsx'

export function SearchChoice() {
  const app = useApp()
  const action = useAction()
  const { isOn, percent } = app.view.value.search
  return (
    <Section title={strings.search}>
      <label class="card check">
        <input
          type="checkbox"
          role="switch"
          checked={isOn}
          aria-describedby="search-hint"
          onChange={(event) => void action.run(() => app.request({ kind: 'setSearch', isOn: event.currentTarget.checked }))}
        />
        <span>{strings.searchSwitch}</span>
      </label>
      <p class="hint" id="search-hint">
        {isOn ? strings.searchOnText : strings.searchOffText}
      </p>
      {percent === null ? null : (
        <p class="hint" role="status">
          {strings.searchIncomplete(percent)}
        </p>
      )}
      <ErrorLine error={action.error} />
    </Section>
  )
}
