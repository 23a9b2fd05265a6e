/** A conversation in which nobody has said anything: what it is for, and what to do. */
import type { GroupView } from '@sotto/engine/api'
import { Button, Empty } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'

export function NothingYet({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const alone = group.members.length < 2
  if (group.direct !== null) {
    const name = shownName(group.direct)
    const isAsked = group.waitsFor === 'answer'
    return (
      <Empty
        icon={<Icon name="lock" size={32} />}
        title={isAsked ? strings.askTitle(name) : alone ? strings.directAwaitsTitle(name) : strings.emptyConversationTitle}
        text={isAsked ? strings.askText(name) : alone ? strings.directAwaitsText(name) : strings.directEmptyText}
      />
    )
  }
  if (!alone) return <Empty icon={<Icon name="lock" size={32} />} title={strings.emptyConversationTitle} text={strings.emptyConversationText} />
  return (
    <Empty icon={<Icon name="invite" size={32} />} title={strings.emptyGroupTitle} text={strings.emptyGroupText}>
      {group.may.invite ? (
        <Button look="primary" icon="invite" wide onClick={() => app.go({ screen: 'invite', group: group.id })}>
          {strings.shareInvite}
        </Button>
      ) : null}
    </Empty>
  )
}
