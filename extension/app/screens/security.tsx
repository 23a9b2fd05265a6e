import type { GroupView } from '@sotto/engine/api'
import type { ComponentChildren } from 'preact'
import { connectionText } from '../parts/connection-mark.tsx'
import { Banner } from '../parts/controls.tsx'
import { relayStateText } from '../parts/relay-line.tsx'
import { Screen } from '../parts/screen.tsx'
import { locale, strings } from '../strings/index.ts'
import { shownTitle } from '../strings/shown-names.ts'
import { relayNames } from '../text/relay-name.ts'
import { longTime } from '../text/times.ts'
import { verifiedAmong } from '../text/verified.ts'

const Fact = ({ name, hint, children }: { readonly name: string; readonly hint?: string; readonly children: ComponentChildren }) => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
    {hint === undefined ? null : <dd class="hint">{hint}</dd>}
  </div>
)

const cipherText = (groupCipher: GroupView['security']['groupCipher']): string => {
  switch (groupCipher) {
    case 'sender-keys':
      return strings.factCipherSenderKeys
    case 'pairwise':
      return strings.factCipherPairwise
    // Reserved by the protocol: no group has it yet.
    case 'mls':
      return groupCipher
  }
}

/** The facts that keep a group private. */
export function Security({ group }: { readonly group: GroupView }) {
  const { security } = group
  const nameOf = relayNames(group.relays.map(({ address }) => address))
  const { verified, others } = verifiedAmong(group.members)
  // Where messages are sealed for each person by itself, there is no key of one's own for all.
  const hasKey = security.groupCipher !== 'pairwise'
  return (
    <Screen title={strings.security} onlyText>
      <Banner look="info" icon="lock">
        {group.direct === null ? strings.securityLead : strings.directLead}
      </Banner>
      <dl class="facts" aria-label={strings.securityOf(shownTitle(group))}>
        <Fact name={strings.factCipher}>{cipherText(security.groupCipher)}</Fact>
        <Fact name={strings.factQuantum}>{strings.factQuantumText}</Fact>
        <Fact name={strings.factVerified} hint={strings.factVerifiedHint}>
          {others === 0 ? strings.factVerifiedNobody : strings.someVerified(verified, others)}
        </Fact>
        {hasKey ? (
          <>
            <Fact name={strings.factDevices}>
              {security.rotatedMs === null ? strings.factDevicesNone : strings.factDevicesValue(security.devicesHolding, security.devices)}
            </Fact>
            <Fact name={strings.factRotated}>{security.rotatedMs === null ? strings.factRotatedNever : longTime(locale, security.rotatedMs)}</Fact>
            <Fact name={strings.factKeyId} hint={strings.factKeyIdHint}>
              {security.keyId}
            </Fact>
          </>
        ) : null}
        <Fact name={strings.factEpochSince} hint={strings.factEpochSinceHint}>
          {security.epochSinceMs === null ? strings.factEpochChanging : longTime(locale, security.epochSinceMs)}
        </Fact>
        <Fact name={strings.factEpoch} hint={strings.factEpochHint}>
          <code>{security.epoch}</code>
        </Fact>
        <Fact name={strings.factPath} hint={strings.factPathHint}>
          {connectionText(group.connection)}
        </Fact>
        {group.relays.length === 0 ? null : (
          <Fact name={strings.factRelays} hint={strings.factRelaysHint}>
            {group.relays.map((relay) => (
              <span key={relay.address} class="fact-line">
                <bdi>{nameOf(relay.address)}</bdi> · {relayStateText(relay)}
              </span>
            ))}
          </Fact>
        )}
      </dl>
      <h2 class="section-title">{strings.securityLimits}</h2>
      <p class="notice-text">{strings.securityLimitsText}</p>
    </Screen>
  )
}
