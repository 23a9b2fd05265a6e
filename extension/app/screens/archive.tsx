import { Empty } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { Screen } from '../parts/screen.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { ConversationRow } from './conversation-row.tsx'

/** The conversations that were put aside. */
export function Archive() {
  const app = useApp()
  const archived = app.view.value.groups.filter(({ isArchived }) => isArchived)
  return (
    <Screen title={strings.archived}>
      {archived.length === 0 ? (
        <Empty icon={<Icon name="archive" size={32} />} title={strings.nothingArchived} text={strings.archivedText} />
      ) : (
        <>
          <p class="hint">{strings.archivedText}</p>
          <ul class="conversations" aria-label={strings.archived}>
            {archived.map((group) => (
              <ConversationRow key={group.id} group={group} current={false} />
            ))}
          </ul>
        </>
      )}
    </Screen>
  )
}
