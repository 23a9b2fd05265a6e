/** One picture, as large as the page lets it be. */
import type { FileView } from '@sotto/engine/api'
import { Button, ErrorLine } from '../parts/controls.tsx'
import { Modal } from '../parts/dialog.tsx'
import { isolated } from '../text/turned-text.ts'
import { strings } from '../strings/index.ts'
import type { Address } from './addresses.ts'
import { aboutFile } from './file-card.tsx'
import type { FilePlace } from './file-place.ts'
import { useSaving } from './save-button.tsx'

interface PictureViewerProps {
  readonly place: FilePlace
  readonly file: FileView
  /** null: it is being read. */
  readonly found: Address | null
  readonly label: string
  readonly onClose: () => void
}

export function PictureViewer({ place, file, found, label, onClose }: PictureViewerProps) {
  const saving = useSaving({ ...place, name: file.name, sizeBytes: file.sizeBytes })
  return (
    <Modal title={isolated(file.name)} onClose={onClose}>
      <div class="viewer">
        {found?.kind === 'shown' ? <img class="viewer-picture" src={found.address} alt={label} decoding="async" /> : null}
        {found === null ? <p role="status">{strings.fileOpening}</p> : null}
        <ErrorLine error={found?.kind === 'unread' ? found.sentence : null} />
      </div>
      <p class="hint">{aboutFile(file)}</p>
      <p class="file-said" role="status">
        {saving.said}
      </p>
      <div class="dialog-actions">
        <Button icon="save" busy={saving.isSaving} onClick={saving.save}>
          {strings.fileSaveThis}
        </Button>
        <Button look="primary" onClick={onClose}>
          {strings.close}
        </Button>
      </div>
    </Modal>
  )
}
