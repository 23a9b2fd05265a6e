/** What was chosen on a web page, in the browser's menu: into which conversation's draft it goes. It is never sent by itself. */
import type { GroupView } from '@sotto/engine/api'
import { Avatar } from '../parts/avatar.tsx'
import { Button, ErrorLine } from '../parts/controls.tsx'
import { Screen } from '../parts/screen.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { shownTitle } from '../strings/shown-names.ts'

/** A draft with the text behind it, on a line of its own. */
const withText = (draft: string, text: string): string => (draft.trim() === '' ? text : `${draft.trimEnd()}\n${text}`)

export function Share() {
  const app = useApp()
  const action = useAction()
  const { typed, groups } = app.view.value
  const open = groups.filter(({ state, may }) => state === 'member' && may.send)

  const done = () => app.request({ kind: 'keepTyped', field: 'shared', text: '' })
  const choose = async (group: GroupView) => {
    const kept = await action.run(() => app.request({ kind: 'setDraft', group: group.id, text: withText(group.draft, typed.shared) }))
    if (kept === null) return
    app.goInstead({ screen: 'conversation', group: group.id })
    await done()
  }

  return (
    <Screen title={strings.shareTitle}>
      <p class="hint">{strings.shareText}</p>
      <blockquote class="card shared-text" tabIndex={0} role="group" aria-label={strings.sharedText}>
        <ShownText text={typed.shared} />
      </blockquote>
      <ErrorLine error={action.error} />
      {open.length === 0 ? (
        <p class="notice-text">{strings.shareNowhere}</p>
      ) : (
        <ul class="card share-list" aria-label={strings.conversations}>
          {open.map((group) => (
            <li key={group.id}>
              <button type="button" class="share-choice" onClick={() => void choose(group)}>
                <Avatar id={group.id} name={group.title} />
                <ShownText text={shownTitle(group)} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Button wide onClick={() => void done()}>
        {strings.shareNot}
      </Button>
    </Screen>
  )
}
