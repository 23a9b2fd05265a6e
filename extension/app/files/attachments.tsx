/** What goes with the next message: each file with its name, its size and what was taken out of it, until it is sent. */
import type { AttachmentView } from '@sotto/engine/api'
import type { RemovedKind } from '@sotto/pictures'
import { Button, IconButton } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Icon } from '../parts/icons.tsx'
import { useApp } from '../state/app.ts'
import { type AttachedNote, type Attaching, attachingIn } from '../state/attaching.ts'
import { language, locale, strings } from '../strings/index.ts'
import { shownSize } from '../text/sizes.ts'
import { isolated } from '../text/turned-text.ts'
import { attachFiles, attachOriginals, detachFile } from './attach-files.ts'
import { FileName } from './file-name.tsx'
import { thumbnailAddress } from './shown-picture.tsx'

const REMOVED: { readonly [K in RemovedKind]: string } = {
  place: strings.takenOutPlace,
  camera: strings.takenOutCamera,
  time: strings.takenOutTime,
  thumbnails: strings.takenOutThumbnails,
  text: strings.takenOutText,
  author: strings.takenOutAuthor,
  other: strings.takenOutOther,
}

interface AttachmentsProps {
  readonly group: string
  readonly attachments: readonly AttachmentView[]
}

export function Attachments({ group, attachments }: AttachmentsProps) {
  const app = useApp()
  const attaching = attachingIn(app, group)
  const notes = attaching.notes.value
  const preparing = attaching.preparing.value
  const anyScaled = attachments.some(({ file }) => notes.get(file)?.isScaled === true)
  if (attachments.length === 0 && preparing.length === 0 && attaching.doubted.value.length === 0) return null
  return (
    <div class="attachments-place">
      <ul class="attachments" aria-label={strings.attachments}>
        {attachments.map((each) => (
          <Attachment key={each.file} group={group} attachment={each} note={notes.get(each.file)} />
        ))}
        {preparing.map((name, i) => (
          <li key={`preparing ${i}`} class="attachment">
            <span class="file-icon">
              <Icon name="clock" size={24} />
            </span>
            <div class="file-about">
              <FileName name={name} />
              <span class="file-facts" role="status">
                {strings.attachmentPreparing}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {anyScaled ? (
        <div class="attachments-choice">
          <span class="hint">{strings.attachmentsScaled}</span>
          <Button onClick={() => void attachOriginals(app, group)}>{strings.attachOriginals}</Button>
        </div>
      ) : null}
      {attaching.doubted.value.length > 0 ? <Doubted group={group} attaching={attaching} /> : null}
    </div>
  )
}

/** What is said of one, besides its size. */
function noteText({ state, storedBytes, sizeBytes }: AttachmentView, note: AttachedNote | undefined): string | null {
  if (state === 'lost') return strings.attachmentLost
  if (state === 'storing') return strings.attachmentStoring(Math.floor((100 * storedBytes) / Math.max(1, sizeBytes)))
  if (note === undefined || note.removed.length === 0) return null
  return strings.attachmentRemoved(new Intl.ListFormat(language).format(note.removed.map((kind) => REMOVED[kind])))
}

function Attachment({ group, attachment, note }: { readonly group: string; readonly attachment: AttachmentView; readonly note: AttachedNote | undefined }) {
  const app = useApp()
  const { name, sizeBytes, picture, state } = attachment
  const thumbnail = picture === null || state === 'lost' ? null : thumbnailAddress(picture)
  const said = noteText(attachment, note)
  return (
    <li class="attachment">
      {thumbnail === null ? (
        <span class="file-icon">
          <Icon name={state === 'lost' ? 'warning' : 'file'} size={24} />
        </span>
      ) : (
        <img class="attachment-picture" src={thumbnail} alt="" />
      )}
      <div class="file-about">
        <FileName name={name} />
        <span class="file-facts">
          {shownSize(locale, sizeBytes)}
          {said === null ? null : ` · ${said}`}
        </span>
        {state !== 'storing' ? null : (
          <progress class="file-progress" aria-label={strings.attachmentProgress(name)} max={Math.max(1, sizeBytes)} value={attachment.storedBytes} />
        )}
      </div>
      <IconButton name={strings.attachmentRemove(name)} icon="close" onClick={() => void detachFile(app, group, attachment.file)} />
    </li>
  )
}

/** Asks once for each that may say more than it shows. */
function Doubted({ group, attaching }: { readonly group: string; readonly attaching: Attaching }) {
  const app = useApp()
  const [file] = attaching.doubted.value
  if (file === undefined) return null
  const rest = () => {
    attaching.doubted.value = attaching.doubted.peek().filter((each) => each !== file)
  }
  return (
    <Confirm
      title={strings.doubtedTitle(isolated(file.name))}
      text={strings.doubtedText}
      confirm={strings.doubtedAttach}
      look="primary"
      ask={async () => {
        void attachFiles(app, group, [file], { isAccepted: true })
        return { ok: true, value: {} }
      }}
      onDone={rest}
      onCancel={rest}
    />
  )
}
