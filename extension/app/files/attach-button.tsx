/** Chooses files for the next message. */
import { useRef } from 'preact/hooks'
import { IconButton } from '../parts/controls.tsx'
import { useApp } from '../state/app.ts'
import { hashOf } from '../state/route.ts'
import { strings } from '../strings/index.ts'
import { laterFiles } from './later-files.ts'

export function AttachButton({ group }: { readonly group: string }) {
  const app = useApp()
  const chooser = useRef<HTMLInputElement>(null)
  const choose = () => {
    // It would close with the dialog, and nothing would come of what is chosen.
    if (app.layout === 'popup' && app.platform.choosingClosesPopup) app.platform.openInTab(hashOf({ screen: 'conversation', group }))
    else chooser.current?.click()
  }
  return (
    <>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])]
          // So that choosing the same file again counts as a choice.
          event.currentTarget.value = ''
          if (files.length > 0) void laterFiles.get().then(({ attachFiles }) => attachFiles(app, group, files))
        }}
      />
      <IconButton name={strings.attach} icon="attach" onClick={choose} />
    </>
  )
}
