/** After how long a device that nobody uses locks itself. */
import { ErrorLine } from '../../parts/controls.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { locale, strings } from '../../strings/index.ts'
import { exactSpan } from '../../text/times.ts'

const MINUTES = [1, 5, 15, 60, 240] as const
const NEVER = 'never'

export function AutoLockChoice({ minutes }: { readonly minutes: number | null }) {
  const app = useApp()
  const action = useAction()
  const offered = [...new Set([...MINUTES, ...(minutes === null ? [] : [minutes])])].toSorted((a, b) => a - b)
  const choose = (value: string): void => {
    const next = value === NEVER ? null : Number(value)
    void action.run(() => app.request({ kind: 'setAutoLock', minutes: next }))
  }
  return (
    <>
      <div class="card action-row">
        <div>
          <label for="auto-lock">{strings.autoLock}</label>
          <p class="hint" id="auto-lock-hint">
            {minutes === null ? strings.autoLockNeverText : strings.autoLockText}
          </p>
        </div>
        <select
          class="input select"
          id="auto-lock"
          aria-describedby="auto-lock-hint"
          value={minutes ?? NEVER}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {offered.map((each) => (
            <option key={each} value={each}>
              {exactSpan(locale, each)}
            </option>
          ))}
          <option value={NEVER}>{strings.never}</option>
        </select>
      </div>
      <ErrorLine error={action.error} />
    </>
  )
}
