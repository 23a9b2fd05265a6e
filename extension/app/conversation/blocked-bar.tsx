import type { GroupView } from '@sotto/engine/api'
import { BlockButton } from '../parts/block-button.tsx'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'

/** Takes the composer's place in a conversation with a blocked person. */
export const BlockedBar = ({ person }: { readonly person: NonNullable<GroupView['direct']> }) => (
  <section class="gone" aria-label={strings.blockedBar(shownName(person))}>
    <p>{strings.blockedBar(shownName(person))}</p>
    <BlockButton person={person} />
  </section>
)
