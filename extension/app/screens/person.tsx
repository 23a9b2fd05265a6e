/** One person: what they are called, and whether they are who they seem to be. */
import type { GroupView, MemberView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { BlockButton } from '../parts/block-button.tsx'
import { Banner, Button, ErrorLine, Field } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { MarkTag } from '../parts/mark-tag.tsx'
import { Screen } from '../parts/screen.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { LifetimeButton } from './lifetime-button.tsx'
import { Safety } from './safety.tsx'

function Petname({ member }: { readonly member: MemberView }) {
  const app = useApp()
  const action = useAction()
  const [petname, setPetname] = useState(member.petname)
  const save = async (next: string | null) => {
    if ((await action.run(() => app.request({ kind: 'setPetname', account: member.account, petname: next }))) === null) return
    if (next === null) setPetname('')
    app.announcement.value = strings.petnameSaved
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save(petname)
      }}
    >
      <Field label={strings.petname} hint={strings.petnameHint} value={petname} onValue={setPetname} error={action.error} required />
      <div class="member-actions">
        <Button type="submit" busy={action.busy}>
          {strings.savePetname}
        </Button>
        {member.petname === '' ? null : <Button onClick={() => void save(null)}>{strings.removePetname}</Button>}
      </div>
    </form>
  )
}

/** A device list that contradicts another: nothing is sent until the person decides. */
function Forked({ member }: { readonly member: MemberView }) {
  const app = useApp()
  const action = useAction()
  return (
    <>
      <Banner look="warning">
        <strong>{strings.forkedTitle}</strong>
        <p>{strings.forkedText}</p>
      </Banner>
      <Button busy={action.busy} onClick={() => void action.run(() => app.request({ kind: 'trustDevices', account: member.account }))}>
        {strings.trustDevices}
      </Button>
      <ErrorLine error={action.error} />
    </>
  )
}

/** To the conversation with this person alone, from a group; or its end, from there. */
function Alone({ group, member }: { readonly group: GroupView; readonly member: MemberView }) {
  const app = useApp()
  const action = useAction()
  const [ending, setEnding] = useState(false)
  const name = shownName(member)
  const open = async () => {
    const value = await action.run(() => app.request({ kind: 'openDirectChat', account: member.account }))
    if (value?.group !== undefined) app.go({ screen: 'conversation', group: value.group })
  }
  if (group.direct === null)
    return (
      <>
        <Button look="primary" icon="envelope" wide busy={action.busy} onClick={() => void open()}>
          {strings.messagePerson(name)}
        </Button>
        <ErrorLine error={action.error} />
      </>
    )
  return (
    <>
      <Button look="danger" icon="leave" wide onClick={() => setEnding(true)}>
        {strings.endDirect}
      </Button>
      {ending ? (
        <Confirm
          title={strings.endDirectTitle}
          text={strings.endDirectText(name)}
          confirm={strings.endDirectConfirm}
          ask={() => app.request({ kind: 'leaveGroup', group: group.id, successor: group.may.setRoles ? member.account : null })}
          onDone={() => app.goInstead({ screen: 'conversation', group: group.id })}
          onCancel={() => setEnding(false)}
        />
      ) : null}
    </>
  )
}

export function Person({ group, member }: { readonly group: GroupView; readonly member: MemberView }) {
  const name = shownName(member)
  return (
    <Screen title={strings.personOf(name)}>
      <div class="card profile">
        <Avatar id={member.account} name={member.name} size="large" />
        <p class="profile-name">
          <ShownText text={name} /> <MarkTag member={member} />
        </p>
        {member.petname === '' || member.callsItself === '' ? null : <p class="hint">{strings.callsItself(member.callsItself)}</p>}
        {member.line === '' ? null : (
          <p class="hint">
            <ShownText text={member.line} />
          </p>
        )}
        {member.another === 0 ? null : <p class="hint">{strings.anotherHint}</p>}
      </div>
      {member.isForked ? <Forked member={member} /> : null}
      {group.direct === null && !member.isBlocked ? <Alone group={group} member={member} /> : null}
      <Petname member={member} />
      <Safety member={member} />
      {group.direct === null ? null : <LifetimeButton group={group} />}
      {group.direct === null ? null : <Alone group={group} member={member} />}
      <BlockButton person={member} />
    </Screen>
  )
}
