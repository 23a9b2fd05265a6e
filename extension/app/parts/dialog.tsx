/** The browser's own modal dialog, and questions in it that have to be answered before anything else. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useId, useRef } from 'preact/hooks'
import type { Answer } from '../state/answer.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { Button, ErrorLine } from './controls.tsx'

interface ConfirmProps {
  readonly title: string
  readonly text: string
  readonly confirm: string
  readonly busyText?: string
  /** `danger` unless it is nothing to regret. */
  readonly look?: 'danger' | 'primary'
  /** Something has to be filled in first. */
  readonly incomplete?: boolean
  readonly children?: ComponentChildren
  readonly ask: () => Promise<Answer>
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** A dialog above everything. The element that had the focus gets it back when it closes. */
export function Modal({
  title,
  text,
  toRead = false,
  children,
  onClose,
}: {
  readonly title: string
  readonly text?: string
  /** It is read from its beginning: the title has the focus, and not the first control, which may be far below. */
  readonly toRead?: boolean
  readonly children: ComponentChildren
  readonly onClose: () => void
}) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
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
      aria-describedby={text === undefined ? undefined : `${id}-text`}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div class="dialog-content">
        <h2 id={`${id}-title`} {...(toRead ? { tabIndex: -1, autofocus: true } : {})}>
          {title}
        </h2>
        {text === undefined ? null : <p id={`${id}-text`}>{text}</p>}
        {children}
      </div>
    </dialog>
  )
}

/** Asks for confirmation or for missing input, then acts. Stays open with the reason if the action was refused. */
export function Confirm({ title, text, confirm, busyText, look = 'danger', incomplete = false, children, ask, onDone, onCancel }: ConfirmProps) {
  const action = useAction()
  return (
    <Modal title={title} text={text} onClose={onCancel}>
      <form
        onSubmit={async (event) => {
          event.preventDefault()
          if (!incomplete && (await action.run(ask)) !== null) onDone()
        }}
      >
        {children}
        <ErrorLine error={action.error} />
        <div class="dialog-actions">
          <Button onClick={onCancel}>{strings.cancel}</Button>
          <Button type="submit" look={look} busy={action.busy} disabled={incomplete}>
            {action.busy && busyText !== undefined ? busyText : confirm}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
