/** Search in one conversation. */
import type { GroupView } from '@sotto/engine/api'
import { FoundMessages } from '../parts/found-messages.tsx'
import { Screen } from '../parts/screen.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { shownTitle } from '../strings/shown-names.ts'

export function Find({ group }: { readonly group: GroupView }) {
  const app = useApp()
  return (
    <Screen title={strings.searchIn(shownTitle(group))}>
      <SearchField label={strings.searchMessages} value={app.searchedIn.value} onValue={(text) => (app.searchedIn.value = text)} autofocus />
      <FoundMessages text={app.searchedIn.value} group={group.id} />
    </Screen>
  )
}
