import type { GroupView } from '@sotto/engine/api'
import { useEffect, useState } from 'preact/hooks'
import { Banner, Button, ErrorLine } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Icon } from '../parts/icons.tsx'
import { Screen } from '../parts/screen.tsx'
import { SharedCode } from '../parts/shared-code.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { type App, type ShownInvite, useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { locale, strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { longTime } from '../text/times.ts'

const remember = (app: App, group: string, invite: ShownInvite | null): void => {
  const invites = new Map(app.invites.value)
  if (invite === null) invites.delete(group)
  else invites.set(group, invite)
  app.invites.value = invites
}

const Shown = ({ invite }: { readonly invite: ShownInvite }) => (
  <SharedCode
    text={invite.text}
    qrName={strings.inviteQr}
    fieldName={strings.inviteText}
    copy={strings.copyInvite}
    copiedText={strings.inviteCopied}
    copyFailed={strings.copyFailed}
  >
    {strings.inviteUses(invite.uses)}
    <br />
    {strings.inviteExpires(longTime(locale, invite.expiresMs))}
  </SharedCode>
)

/** Who came while this screen is open. */
function Joined({ group }: { readonly group: GroupView }) {
  const [before] = useState(() => new Set(group.members.map(({ account }) => account)))
  const joined = group.members.filter(({ account }) => !before.has(account))
  // It is there from the beginning: screen readers tell only of what changes in it.
  return (
    <div role="status">
      {joined.map((member) => (
        <p key={member.account} class="joined">
          <Icon name="check" size={18} />
          <span>{strings.noticeJoined(shownName(member))}</span>
        </p>
      ))}
    </div>
  )
}

/** An invite to share. Opening this screen creates one, unless one was created since the page was opened. */
export function Invite({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const action = useAction()
  const [asking, setAsking] = useState(false)
  const [revoked, setRevoked] = useState(false)
  /** Those who were in on arrival: the others came by this invite, mostly. */
  const [before] = useState(() => new Set(group.members.map(({ account }) => account)))
  const came = group.members.filter(({ account }) => !before.has(account))
  const made = app.invites.value.get(group.id)
  const invite = made !== undefined && made.expiresMs > app.now.value ? made : undefined

  const make = async () => {
    setRevoked(false)
    const value = await action.run(() => app.request({ kind: 'createInvite', group: group.id }))
    if (value?.invite !== undefined) remember(app, group.id, { text: value.invite, expiresMs: value.expiresMs ?? 0, uses: value.uses ?? 1 })
  }

  useEffect(() => {
    if (invite === undefined && group.may.invite) void make()
  }, [])

  if (!group.may.invite)
    return (
      <Screen title={strings.inviteTitle}>
        <Banner look="warning">{strings.inviteNotAllowed}</Banner>
      </Screen>
    )

  return (
    <Screen title={strings.inviteTitle}>
      <p class="lead">{strings.inviteLead}</p>
      <Joined group={group} />
      <ErrorLine error={action.error} />
      {revoked ? <Banner look="info">{strings.invitesRevoked}</Banner> : null}
      {action.busy ? (
        <p class="lead" role="status">
          {strings.inviteMaking}
        </p>
      ) : null}
      {invite === undefined ? null : <Shown invite={invite} />}
      <div class="came" role="status" aria-label={strings.cameSince}>
        {came.map((member) => (
          <p key={member.account}>
            <Icon name="check" size={16} /> <ShownText text={strings.hasJoined(shownName(member))} />
          </p>
        ))}
      </div>
      <Button icon="plus" busy={action.busy} wide onClick={() => void make()}>
        {strings.createInvite}
      </Button>
      <Button look="danger" wide onClick={() => setAsking(true)}>
        {strings.revokeInvites}
      </Button>
      {asking ? (
        <Confirm
          title={strings.revokeTitle}
          text={strings.revokeText}
          confirm={strings.revokeConfirm}
          ask={() => app.request({ kind: 'revokeInvites', group: group.id })}
          onDone={() => {
            setAsking(false)
            setRevoked(true)
            remember(app, group.id, null)
          }}
          onCancel={() => setAsking(false)}
        />
      ) : null}
    </Screen>
  )
}
