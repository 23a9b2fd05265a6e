/** Which deletion is meant: on this device, or on everybody's. */
import type { GroupView, MessageView } from '@sotto/engine/api'
import { Button, ErrorLine } from '../parts/controls.tsx'
import { Modal } from '../parts/dialog.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'

/** Whether a message can still be taken back from the others. */
const mayDeleteForAll = (group: GroupView, { body, own, state }: MessageView): boolean =>
  own && body.kind === 'text' && group.state === 'member' && state !== 'notSentRemoved' && state !== 'notSentLeft'

interface DeleteDialogProps {
  readonly group: GroupView
  readonly message: MessageView
  readonly onClose: () => void
}

export function DeleteDialog({ group, message, onClose }: DeleteDialogProps) {
  const app = useApp()
  const action = useAction()
  const forAll = mayDeleteForAll(group, message)
  const remove = async (forEveryone: boolean): Promise<void> => {
    const done = await action.run(() => app.request({ kind: 'deleteMessage', group: group.id, message: message.id, forAll: forEveryone }))
    if (done === null) return
    app.announcement.value = forEveryone ? strings.deletedForAll : strings.deletedHere
    onClose()
  }
  return (
    <Modal title={strings.deleteTitle} text={forAll ? strings.deleteTextOwn : strings.deleteText} onClose={onClose}>
      <ErrorLine error={action.error} />
      <div class="dialog-actions dialog-choices">
        {forAll ? (
          <Button look="danger" busy={action.busy} onClick={() => void remove(true)}>
            {strings.deleteForAll}
          </Button>
        ) : null}
        <Button look={forAll ? 'plain' : 'danger'} busy={action.busy} onClick={() => void remove(false)}>
          {strings.deleteForMe}
        </Button>
        <Button onClick={onClose}>{strings.cancel}</Button>
      </div>
    </Modal>
  )
}
