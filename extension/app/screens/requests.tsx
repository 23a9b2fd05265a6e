/** People who ask to write, and share no group: each is accepted or blocked, and learns of neither before the first answer. */
import type { ContactRequestView } from '@sotto/engine/api'
import { useId, useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Button, Empty, ErrorLine } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Icon } from '../parts/icons.tsx'
import { Screen } from '../parts/screen.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { locale, strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { longTime } from '../text/times.ts'

function Waiting({ request }: { readonly request: ContactRequestView }) {
  const app = useApp()
  const action = useAction()
  const id = useId()
  const [blocking, setBlocking] = useState(false)
  const name = shownName(request)
  const accept = async () => {
    const value = await action.run(() => app.request({ kind: 'answerContactRequest', account: request.account, answer: 'accept' }))
    if (value?.group !== undefined) app.goInstead({ screen: 'conversation', group: value.group })
  }
  return (
    <li class="card request" aria-labelledby={id}>
      <div class="request-head">
        <Avatar id={request.account} name={request.name} />
        <div>
          <h2 class="request-name" id={id}>
            <ShownText text={strings.saysToBe(name)} />
          </h2>
          <p class="hint">{longTime(locale, request.atMs)}</p>
        </div>
      </div>
      {request.another === 0 ? null : <p class="hint">{strings.requestAlike}</p>}
      <blockquote class="request-words" tabIndex={0} role="group" aria-label={strings.requestWords(name)}>
        <ShownText text={request.words} />
      </blockquote>
      <ErrorLine error={action.error} />
      <div class="request-actions">
        <Button look="primary" busy={action.busy} onClick={() => void accept()}>
          {strings.acceptRequest(name)}
        </Button>
        <Button look="danger" onClick={() => setBlocking(true)}>
          {strings.blockPerson(name)}
        </Button>
      </div>
      {blocking ? (
        <Confirm
          title={strings.blockTitle(name)}
          text={strings.blockRequestText(name)}
          confirm={strings.blockConfirm}
          ask={() => app.request({ kind: 'answerContactRequest', account: request.account, answer: 'block' })}
          onDone={() => {
            setBlocking(false)
            app.announcement.value = strings.requestBlocked(name)
          }}
          onCancel={() => setBlocking(false)}
        />
      ) : null}
    </li>
  )
}

function Blocked({ request }: { readonly request: ContactRequestView }) {
  const app = useApp()
  const action = useAction()
  const name = shownName(request)
  return (
    <li class="request-blocked">
      <ShownText text={strings.saysToBe(name)} />
      <Button
        busy={action.busy}
        onClick={() => void action.run(() => app.request({ kind: 'answerContactRequest', account: request.account, answer: 'unblock' }))}
      >
        {strings.unblockPerson(name)}
      </Button>
    </li>
  )
}

/** Removes all that wait, such as after a flood, and with them the way by which they came. */
function RemoveAll({ onClose }: { readonly onClose: () => void }) {
  const app = useApp()
  const [replaces, setReplaces] = useState(true)
  return (
    <Confirm
      title={strings.removeRequestsTitle}
      text={strings.removeRequestsText}
      confirm={strings.removeRequestsConfirm}
      ask={async () => {
        const replaced = replaces ? await app.request({ kind: 'contactLink', what: 'replace' }) : null
        return replaced !== null && !replaced.ok ? replaced : app.request({ kind: 'clearContactRequests' })
      }}
      onDone={onClose}
      onCancel={onClose}
    >
      <label class="check">
        <input type="checkbox" checked={replaces} onChange={(event) => setReplaces(event.currentTarget.checked)} />
        <span>{strings.replaceLinkToo}</span>
      </label>
    </Confirm>
  )
}

export function Requests() {
  const { requests, profile } = useApp().view.value
  const [removing, setRemoving] = useState(false)
  const waiting = requests.filter(({ isBlocked }) => !isBlocked)
  const blocked = requests.filter(({ isBlocked }) => isBlocked)
  return (
    <Screen title={strings.requests}>
      {waiting.length === 0 ? (
        <Empty icon={<Icon name="envelope" size={32} />} title={strings.noRequests} text={strings.noRequestsText} />
      ) : (
        <>
          <p class="hint">{strings.requestsLead}</p>
          <ul class="requests" aria-label={strings.requests}>
            {waiting.map((request) => (
              <Waiting key={request.account} request={request} />
            ))}
          </ul>
          {profile?.hasContactLink === true && waiting.length > 1 ? (
            <Button icon="trash" wide onClick={() => setRemoving(true)}>
              {strings.removeRequests}
            </Button>
          ) : null}
        </>
      )}
      {blocked.length === 0 ? null : (
        <section aria-label={strings.blockedRequests}>
          <h2 class="section-title">{strings.blockedRequests}</h2>
          <ul class="card requests-blocked">
            {blocked.map((request) => (
              <Blocked key={request.account} request={request} />
            ))}
          </ul>
        </section>
      )}
      {removing ? <RemoveAll onClose={() => setRemoving(false)} /> : null}
    </Screen>
  )
}
