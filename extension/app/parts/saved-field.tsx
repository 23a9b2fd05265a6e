/** A field whose text is kept by the engine, with the button that saves it. */
import { useState } from 'preact/hooks'
import { useApp } from '../state/app.ts'
import type { Answer } from '../state/answer.ts'
import { useAction } from '../state/use-action.ts'
import { Button, Field, type FieldProps } from './controls.tsx'

interface SavedFieldProps extends Pick<FieldProps, 'label' | 'hint' | 'rows' | 'required'> {
  readonly kept: string
  readonly button: string
  readonly save: (text: string) => Promise<Answer>
  /** Said once it is saved. */
  readonly saved: string
}

export function SavedField({ kept, button, save, saved, ...field }: SavedFieldProps) {
  const app = useApp()
  const action = useAction()
  const [typed, setTyped] = useState(kept)
  const submit = async (): Promise<void> => {
    if ((await action.run(() => save(typed))) !== null) app.announcement.value = saved
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Field {...field} value={typed} onValue={setTyped} error={action.error} />
      <Button type="submit" busy={action.busy}>
        {button}
      </Button>
    </form>
  )
}
