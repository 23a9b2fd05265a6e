/** The way to how long messages last, with what holds now. */
import type { GroupView } from '@sotto/engine/api'
import { Button } from '../parts/controls.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { lifetimeSpan } from '../text/lifetime-span.ts'

export function LifetimeButton({ group: { id, lifetimeSeconds } }: { readonly group: GroupView }) {
  const app = useApp()
  return (
    <Button icon="timer" wide onClick={() => app.go({ screen: 'lifetime', group: id })}>
      {strings.vanishingNow(lifetimeSeconds === 0 ? strings.lifetimeOff : lifetimeSpan(locale, lifetimeSeconds))}
    </Button>
  )
}
