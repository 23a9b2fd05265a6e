/** How long a conversation's messages last, for everybody in it. */
import type { GroupView } from '@sotto/engine/api'
import { LifetimeForm, LifetimeTruth } from '../parts/lifetime-form.tsx'
import { Screen } from '../parts/screen.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { lifetimeSpan } from '../text/lifetime-span.ts'

export function Lifetime({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const { lifetimeSeconds } = group
  return (
    <Screen title={strings.vanishing}>
      <p>{strings.lifetimeLead}</p>
      <LifetimeForm
        // Another's change while this is open is shown, and what was chosen here is not set over it unseen.
        key={lifetimeSeconds}
        name={strings.vanishing}
        seconds={lifetimeSeconds === 0 ? null : lifetimeSeconds}
        none={{ name: strings.lifetimeOff, text: strings.lifetimeOffText }}
        button={strings.lifetimeSet}
        keep={(seconds) => app.request({ kind: 'setLifetime', group: group.id, seconds: seconds ?? 0 })}
        onKept={(seconds) => {
          app.announcement.value = seconds === null ? strings.lifetimeIsOff : strings.lifetimeIsSet(lifetimeSpan(locale, seconds))
          app.back()
        }}
      >
        <p class="hint">{strings.lifetimeWho}</p>
      </LifetimeForm>
      <LifetimeTruth />
    </Screen>
  )
}
