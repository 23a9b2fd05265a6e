/** Comparing safety numbers with another person. */
import type { MemberView, SafetyView } from '@sotto/engine/api'
import { useEffect, useState } from 'preact/hooks'
import { Banner, Button, ErrorLine } from '../parts/controls.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { locale, strings } from '../strings/index.ts'
import { longTime } from '../text/times.ts'
import { SafetyCode } from './safety-code.tsx'

const GROUP_DIGITS = 5

/** The digits in groups, as people read them out. */
const groupsOf = (digits: string): readonly string[] =>
  Array.from({ length: Math.ceil(digits.length / GROUP_DIGITS) }, (_, i) => digits.slice(i * GROUP_DIGITS, (i + 1) * GROUP_DIGITS))

export function Safety({ member }: { readonly member: MemberView }) {
  const app = useApp()
  const action = useAction()
  const [safety, setSafety] = useState<SafetyView | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    let isOpen = true
    void app.request({ kind: 'safetyNumber', account: member.account }).then((answer) => {
      if (!isOpen) return
      if (answer.ok) setSafety(answer.value.safety ?? null)
      else setError(answer.sentence)
    })
    return () => {
      isOpen = false
    }
  }, [member.account, member.mark, member.isForked, member.devices])
  const mark = (devices: readonly string[] | null) => () => void action.run(() => app.request({ kind: 'setVerified', account: member.account, devices }))
  if (safety === null) return <ErrorLine error={error} />
  return (
    <section class="section" aria-labelledby="safety-title">
      <h2 class="section-title" id="safety-title">
        {strings.safetyNumber}
      </h2>
      <p class="notice-text">{strings.safetyLead}</p>
      <p class="card safety-digits" role="group" aria-labelledby="safety-title">
        {groupsOf(safety.digits).map((digits, index) => (
          <span key={index}>{digits}</span>
        ))}
      </p>
      {member.mark === 'lost' && !member.isForked ? <Banner look="warning">{strings.markLostText}</Banner> : null}
      {safety.verifiedMs === null || member.mark !== 'verified' ? null : <p class="hint">{strings.verifiedSince(longTime(locale, safety.verifiedMs))}</p>}
      <div class="member-actions">
        {member.mark === 'verified' || member.isForked ? null : (
          <Button look="primary" icon="check" busy={action.busy} onClick={mark(safety.devices.map(({ device }) => device))}>
            {strings.theyMatch}
          </Button>
        )}
        {member.mark === 'none' ? null : (
          <Button busy={action.busy} onClick={mark(null)}>
            {strings.takeMarkBack}
          </Button>
        )}
      </div>
      <ErrorLine error={action.error} />
      <SafetyCode member={member} code={safety.code} />
      <h3 class="minor-title">{strings.theirDevices}</h3>
      <ul class="card safety-devices" aria-label={strings.theirDevices}>
        {safety.devices.map(({ device, createdMs }) => (
          <li key={device}>
            {strings.deviceSince(longTime(locale, createdMs))} <code>{device.slice(0, 8)}</code>
          </li>
        ))}
      </ul>
    </section>
  )
}
