/** How long the next message lasts, in the composer: the way to a shorter time, and the line that says which one was chosen. */
import { useState } from 'preact/hooks'
import { IconButton } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { groupOf, useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { lifetimeSpan } from '../text/lifetime-span.ts'
import { laterDialogs } from './later.ts'

export function LifetimeButton({ group: id }: { readonly group: string }) {
  const group = groupOf(useApp(), id)
  const [isOpen, setOpen] = useState(false)
  const later = laterDialogs.use(isOpen)
  if (group === undefined) return null
  return (
    <>
      <IconButton name={strings.messageLifetime} icon="timer" expanded={isOpen} onClick={() => setOpen(true)} />
      {isOpen && later !== null ? <later.LifetimeDialog group={group} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

/** `onEnded`: the person took it back. */
export function LifetimeLine({ group: id, onEnded }: { readonly group: string; readonly onEnded: () => void }) {
  const app = useApp()
  const seconds = groupOf(app, id)?.draftLifetimeSeconds ?? null
  if (seconds === null) return null
  const takeBack = async () => {
    await app.request({ kind: 'setDraftLifetime', group: id, seconds: null })
    onEnded()
  }
  return (
    <div class="composer-reply">
      <p class="composer-edit" role="status">
        <Icon name="timer" size={16} />
        <span>{strings.messageVanishes(lifetimeSpan(locale, seconds))}</span>
      </p>
      <IconButton name={strings.messageLifetimeNone} icon="close" onClick={() => void takeBack()} />
    </div>
  )
}
