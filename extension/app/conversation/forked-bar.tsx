import type { GroupView } from '@sotto/engine/api'
import { Banner } from '../parts/controls.tsx'
import { Link } from '../parts/link.tsx'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'

/** Says to whom nothing is sent, and leads to the decision. */
export const ForkedBar = ({ group }: { readonly group: GroupView }) => (
  <>
    {group.members
      .filter(({ isForked, mark }) => isForked || mark === 'lost')
      .map((member) => (
        <Banner key={member.account} look="warning">
          {member.isForked ? strings.bannerForked(shownName(member)) : strings.bannerMarkLost(shownName(member))}{' '}
          <Link to={{ screen: 'person', group: group.id, account: member.account }}>{strings.lookAtPerson}</Link>
        </Banner>
      ))}
  </>
)
