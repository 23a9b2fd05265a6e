/** Comparing by a picture: the code to show, and three ways to read the other's. */
import type { MemberView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Camera } from '../parts/camera.tsx'
import { Banner, Button, Disclosure, ErrorLine, Field } from '../parts/controls.tsx'
import { PictureDrop, pictureIn } from '../parts/picture-drop.tsx'
import { QrCode } from '../parts/qr-code.tsx'
import { readPicture } from '../parts/read-picture.ts'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'

function ReadCode({ member, onMatch }: { readonly member: MemberView; readonly onMatch: () => void }) {
  const app = useApp()
  const action = useAction()
  const [typed, setTyped] = useState('')
  const [reading, setReading] = useState(false)
  const compare = async (code: string) => {
    if ((await action.run(() => app.request({ kind: 'compareSafetyCode', account: member.account, code }))) === null) return
    setTyped('')
    onMatch()
    app.announcement.value = strings.safetyMatch(shownName(member))
  }
  const take = async (picture: File) => {
    action.fail(null)
    setReading(true)
    const text = await readPicture(picture)
    setReading(false)
    if (text === null) action.fail(strings.pictureUnreadable)
    else await compare(text)
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void compare(typed)
      }}
      onPaste={(event) => {
        const picture = pictureIn(event.clipboardData?.files)
        if (picture === null) return
        event.preventDefault()
        void take(picture)
      }}
    >
      <Camera onCode={(text) => void compare(text)} />
      <PictureDrop status={reading ? strings.readingPicture : null} onPicture={(picture) => void take(picture)} />
      <Field label={strings.safetyCodeText} hint={strings.safetyCodeHint} value={typed} onValue={setTyped} required code />
      <ErrorLine error={action.error} />
      <Button type="submit" busy={action.busy} wide>
        {strings.compareCode}
      </Button>
    </form>
  )
}

export function SafetyCode({ member, code }: { readonly member: MemberView; readonly code: string }) {
  const [matched, setMatched] = useState(false)
  const name = shownName(member)
  return (
    <>
      <h3 class="minor-title">{strings.safetyByPicture}</h3>
      <p class="notice-text">{strings.safetyPictureLead(name)}</p>
      <div class="invite-card">
        <QrCode text={code} name={strings.safetyQr(name)} />
      </div>
      {matched && member.mark === 'verified' ? (
        <Banner look="info" icon="check">
          {strings.safetyMatch(name)}
        </Banner>
      ) : null}
      {member.isForked ? null : (
        <Disclosure title={strings.readCode}>
          <ReadCode member={member} onMatch={() => setMatched(true)} />
        </Disclosure>
      )}
    </>
  )
}
