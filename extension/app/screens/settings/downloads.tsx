/** From which size on files wait until the person asks for them. */
import type { EngineView } from '@sotto/engine/api'
import { ErrorLine } from '../../parts/controls.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { locale, strings } from '../../strings/index.ts'
import { shownSize } from '../../text/sizes.ts'
import { Section } from './section.tsx'

const MIB = 2 ** 20
const NONE = 0
const SIZES = [MIB, 5 * MIB, 25 * MIB, 100 * MIB, 1024 * MIB] as const
/** The largest file that there is. */
const ALL = 4096 * MIB

export function Downloads({ profile }: { readonly profile: NonNullable<EngineView['profile']> }) {
  const app = useApp()
  const action = useAction()
  const now = profile.fetchedAtOnceBytes
  const offered = [...new Set<number>([...SIZES, ...(now === NONE || now === ALL ? [] : [now])])].toSorted((a, b) => a - b)
  return (
    <Section title={strings.files}>
      <div class="card action-row">
        <div>
          <label for="downloads">{strings.downloadsAtOnce}</label>
          <p class="hint" id="downloads-hint">
            {strings.downloadsAtOnceText}
          </p>
        </div>
        <select
          class="input select"
          id="downloads"
          aria-describedby="downloads-hint"
          value={now}
          onChange={(event) => {
            const bytes = Number(event.currentTarget.value)
            void action.run(() => app.request({ kind: 'setFetchedAtOnce', bytes }))
          }}
        >
          <option value={NONE}>{strings.downloadsNone}</option>
          {offered.map((bytes) => (
            <option key={bytes} value={bytes}>
              {strings.downloadsUpTo(shownSize(locale, bytes))}
            </option>
          ))}
          <option value={ALL}>{strings.downloadsAll}</option>
        </select>
      </div>
      <ErrorLine error={action.error} />
    </Section>
  )
}
