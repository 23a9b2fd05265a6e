/** The link by which people write to this person who share no group with them. It is shown when it is asked for, and kept nowhere else. */
import type { EngineView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Banner, Button, ErrorLine } from '../../parts/controls.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { SharedCode } from '../../parts/shared-code.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { strings } from '../../strings/index.ts'
import { Section } from './section.tsx'

export function ContactLink({ hasContactLink }: Pick<NonNullable<EngineView['profile']>, 'hasContactLink'>) {
  const app = useApp()
  const action = useAction()
  const [link, setLink] = useState<string | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const [asking, setAsking] = useState(false)

  const show = async (what: 'show' | 'replace') => {
    setSaid(null)
    const value = await action.run(() => app.request({ kind: 'contactLink', what }))
    if (value?.contactLink === undefined) return
    setLink(value.contactLink)
    if (what === 'replace') setSaid(strings.contactLinkReplaced)
  }

  return (
    <Section title={strings.contactLink}>
      <p class="hint">{strings.contactLinkLead}</p>
      {link === null || !hasContactLink ? null : (
        <SharedCode
          text={link}
          qrName={strings.contactLinkQr}
          fieldName={strings.contactLinkText}
          copy={strings.copyContactLink}
          copiedText={strings.contactLinkCopied}
          copyFailed={strings.contactLinkCopyFailed}
        >
          {strings.contactLinkTerms}
        </SharedCode>
      )}
      <div role="status">{said === null ? null : <Banner look="info">{said}</Banner>}</div>
      <ErrorLine error={action.error} />
      {link === null || !hasContactLink ? (
        <Button icon="invite" busy={action.busy} wide onClick={() => void show('show')}>
          {hasContactLink ? strings.showContactLink : strings.makeContactLink}
        </Button>
      ) : null}
      {hasContactLink ? (
        <>
          <Button busy={action.busy} wide onClick={() => void show('replace')}>
            {strings.replaceContactLink}
          </Button>
          <Button look="danger" wide onClick={() => setAsking(true)}>
            {strings.takeBackContactLink}
          </Button>
        </>
      ) : null}
      {asking ? (
        <Confirm
          title={strings.takeBackContactLinkTitle}
          text={strings.takeBackContactLinkText}
          confirm={strings.takeBackContactLinkConfirm}
          ask={() => app.request({ kind: 'contactLink', what: 'takeBack' })}
          onDone={() => {
            setAsking(false)
            setLink(null)
            setSaid(strings.contactLinkTakenBack)
          }}
          onCancel={() => setAsking(false)}
        />
      ) : null}
    </Section>
  )
}
