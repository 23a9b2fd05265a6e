import type { PersonName } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { Button, ErrorLine } from './controls.tsx'
import { Confirm } from './dialog.tsx'

/** Blocks a person after a question, or takes that back. */
export function BlockButton({ person }: { readonly person: PersonName & { readonly account: string; readonly isBlocked: boolean } }) {
  const app = useApp()
  const action = useAction()
  const [asking, setAsking] = useState(false)
  const name = shownName(person)
  const set = (isBlocked: boolean) => app.request({ kind: 'setBlocked', account: person.account, isBlocked })
  return (
    <>
      {person.isBlocked ? (
        <Button wide busy={action.busy} onClick={() => void action.run(() => set(false))}>
          {strings.unblockPerson(name)}
        </Button>
      ) : (
        <Button look="danger" wide onClick={() => setAsking(true)}>
          {strings.blockPerson(name)}
        </Button>
      )}
      <ErrorLine error={action.error} />
      {asking ? (
        <Confirm
          title={strings.blockTitle(name)}
          text={strings.blockText(name)}
          confirm={strings.blockConfirm}
          ask={() => set(true)}
          onDone={() => setAsking(false)}
          onCancel={() => setAsking(false)}
        />
      ) : null}
    </>
  )
}
