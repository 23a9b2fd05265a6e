/** Questions that have to be answered before anything else, in the browser's own modal dialog. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useId, useRef } from 'preact/hooks'
import type { Answer } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { Button, ErrorLine } from './controls.tsx'

interface ConfirmProps {
  readonly title: string
  readonly text: string
  readonly confirm: string
  readonly busyText?: string
  /** Something still has to be filled in. */
  readonly incomplete?: boolean
  readonly children?: ComponentChildren
  readonly ask: () => Promise<Answer>
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Asks before something that cannot be undone, does it, and stays with the reason if it was refused. */
export function Confirm({ title, text, confirm, busyText, incomplete = false, children, ask, onDone, onCancel }: ConfirmProps) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const action = useAction()

  useLayoutEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    return () => {
      element?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])

  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onCancel={(event) => {
        event.preventDefault()
        onCancel()
      }}
    >
      <form
        onSubmit={async (event) => {
          event.preventDefault()
          if (!incomplete && (await action.run(ask)) !== null) onDone()
        }}
      >
        <h2 id={`${id}-title`}>{title}</h2>
        <p id={`${id}-text`}>{text}</p>
        {children}
        <ErrorLine error={action.error} />
        <div class="dialog-actions">
          <Button onClick={onCancel}>{strings.cancel}</Button>
          <Button type="submit" look="danger" busy={action.busy} disabled={incomplete}>
            {action.busy && busyText !== undefined ? busyText : confirm}
          </Button>
        </div>
      </form>
    </dialog>
  )
}
