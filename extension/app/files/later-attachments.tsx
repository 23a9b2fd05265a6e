/** The composer's files, once there are any. */
import type { AttachmentView } from '@sotto/engine/api'
import { CouldNotLoad } from '../parts/could-not-load.tsx'
import { ErrorLine } from '../parts/controls.tsx'
import { groupOf, useApp } from '../state/app.ts'
import { attachingIn } from '../state/attaching.ts'
import { laterFiles } from './later-files.ts'

export function LaterAttachments({ group, attachments }: { readonly group: string; readonly attachments: readonly AttachmentView[] }) {
  const app = useApp()
  const { preparing, doubted, error } = attachingIn(app, group)
  const passingOn = groupOf(app, group)?.passingOn ?? []
  const isNeeded = attachments.length > 0 || passingOn.length > 0 || preparing.value.length > 0 || doubted.value.length > 0
  const loaded = laterFiles.use(isNeeded)
  return (
    <>
      <ErrorLine error={error.value} />
      {loaded === null ? (
        isNeeded && laterFiles.hasFailed.value ? (
          <CouldNotLoad />
        ) : null
      ) : (
        <>
          <loaded.PassingOn group={group} passingOn={passingOn} />
          <loaded.Attachments group={group} attachments={attachments} />
        </>
      )}
    </>
  )
}
