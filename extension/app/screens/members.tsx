import type { GroupView, MemberView } from '@sotto/engine/api'
import { useId, useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { PresenceDot, presenceText } from '../parts/connection-mark.tsx'
import { Button, ErrorLine, IconButton } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Link } from '../parts/link.tsx'
import { MarkTag } from '../parts/mark-tag.tsx'
import { Screen } from '../parts/screen.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { AboutGroup } from './about-group.tsx'
import { AddressPrivacy } from './address-privacy.tsx'
import { EarlierMessages } from './earlier-messages.tsx'
import { LifetimeButton } from './lifetime-button.tsx'
import { LeaveDialog } from './leave-dialog.tsx'

interface MemberProps {
  readonly group: GroupView
  readonly member: MemberView
  readonly open: boolean
  readonly onToggle: () => void
}

function Member({ group, member, open, onToggle }: MemberProps) {
  const app = useApp()
  const id = useId()
  const action = useAction()
  const name = shownName(member)
  const [asking, setAsking] = useState(false)
  const manageable = !member.own && (group.may.removeOthers || group.may.setRoles)
  const setRole = (role: MemberView['role']) => async () => {
    if ((await action.run(() => app.request({ kind: 'setRole', group: group.id, account: member.account, role }))) !== null) onToggle()
  }
  return (
    <li class="member">
      <div class="member-line">
        <span class="avatar-place">
          <Avatar id={member.account} name={member.name} />
          <PresenceDot presence={member.presence} />
        </span>
        <span class="member-name">
          {member.own ? (
            <ShownText text={name} />
          ) : (
            <Link to={{ screen: 'person', group: group.id, account: member.account }}>
              <ShownText text={name} />
            </Link>
          )}
          {member.own ? <span class="tag">{strings.you}</span> : null}
          {member.role === 'admin' ? <span class="tag tag-accent">{strings.roleAdmin}</span> : null}
          <MarkTag member={member} />
        </span>
        <span class="member-about">{[presenceText(member), strings.deviceCount(member.devices)].filter((each) => each !== null).join(' · ')}</span>
        {manageable ? <IconButton name={strings.actionsFor(name)} icon="more" expanded={open} onClick={onToggle} /> : null}
      </div>
      {manageable && open ? (
        <div class="member-actions" id={id}>
          {group.may.setRoles ? (
            <Button busy={action.busy} onClick={() => void setRole(member.role === 'admin' ? 'member' : 'admin')()}>
              {member.role === 'admin' ? strings.makeMember : strings.makeAdmin}
            </Button>
          ) : null}
          {group.may.removeOthers ? (
            <Button look="danger" onClick={() => setAsking(true)}>
              {strings.removeMember}
            </Button>
          ) : null}
          <ErrorLine error={action.error} />
        </div>
      ) : null}
      {asking ? (
        <Confirm
          title={strings.removeTitle(name)}
          text={strings.removeText(name)}
          confirm={strings.removeConfirm}
          ask={() => app.request({ kind: 'removeMember', group: group.id, account: member.account })}
          onDone={() => {
            setAsking(false)
            app.announcement.value = strings.noticeRemoved(name)
          }}
          onCancel={() => setAsking(false)}
        />
      ) : null}
    </li>
  )
}

export function Members({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const [openFor, setOpenFor] = useState<string | null>(null)
  const [leaving, setLeaving] = useState(false)
  return (
    <Screen title={strings.members}>
      <AboutGroup group={group} />
      {group.may.invite ? (
        <Button look="primary" icon="invite" wide onClick={() => app.go({ screen: 'invite', group: group.id })}>
          {strings.invitePeople}
        </Button>
      ) : null}
      <ul class="members" aria-label={strings.members}>
        {group.members.map((member) => (
          <Member
            key={member.account}
            group={group}
            member={member}
            open={openFor === member.account}
            onToggle={() => setOpenFor(openFor === member.account ? null : member.account)}
          />
        ))}
      </ul>
      <AddressPrivacy group={group} />
      <EarlierMessages group={group} />
      <LifetimeButton group={group} />
      <Button icon="picture" wide onClick={() => app.go({ screen: 'files', group: group.id })}>
        {strings.groupFiles}
      </Button>
      <Button icon="relay" wide onClick={() => app.go({ screen: 'relays', group: group.id })}>
        {strings.groupRelays}
      </Button>
      <Button look="danger" icon="leave" wide onClick={() => setLeaving(true)}>
        {strings.leaveGroup}
      </Button>
      {leaving ? <LeaveDialog group={group} onClose={() => setLeaving(false)} /> : null}
    </Screen>
  )
}
