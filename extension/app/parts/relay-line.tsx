import type { RelayView } from '@sotto/engine/api'
import type { ComponentChildren } from 'preact'
import { locale, strings } from '../strings/index.ts'
import { isLocalAddress } from '../text/local-address.ts'
import { longTime } from '../text/times.ts'
import { Icon } from './icons.tsx'

export const relayStateText = ({ state, latencyMs }: RelayView): string => {
  switch (state) {
    case 'connected':
      return latencyMs === null ? strings.relayConnected : strings.relayConnectedMs(latencyMs)
    case 'connecting':
      return strings.relayConnecting
    case 'unreachable':
      return strings.relayUnreachable
    case 'anotherRelay':
      return strings.relayIsAnother
    case 'notAdmitted':
      return strings.relayNotAdmitted
  }
}

interface RelayLineProps {
  readonly relay: RelayView
  /** What it is called in its list. */
  readonly name: string
  /** What to do about one that may be gone for good. */
  readonly whenGone?: string
  readonly children?: ComponentChildren
}

/** What is known of one that cannot be reached, and what to do. */
function Hint({ relay: { address, reachedMs, isGone }, whenGone }: { readonly relay: RelayView; readonly whenGone: string | undefined }) {
  const sentences = [
    reachedMs === null ? undefined : strings.relayLastReached(longTime(locale, reachedMs)),
    isGone ? whenGone : undefined,
    isLocalAddress(address) ? strings.relayLocal : undefined,
  ].filter((each) => each !== undefined)
  return sentences.length === 0 ? null : <span class="hint relay-hint">{sentences.join(' ')}</span>
}

/** One relay in a list: its name, how it is reached, and what can be done with it. The whole address is there on demand. */
export const RelayLine = ({ relay, name, whenGone, children }: RelayLineProps) => (
  <li class="relay">
    <span class="relay-icon">
      <Icon name="relay" />
    </span>
    <bdi class="relay-name">{name}</bdi>
    <span class={`relay-state relay-${relay.state}`}>{relayStateText(relay)}</span>
    {relay.state === 'unreachable' ? <Hint relay={relay} whenGone={whenGone} /> : null}
    {relay.keepsDays === null ? null : <span class="hint relay-hint">{strings.relayKeeps(relay.keepsDays)}</span>}
    <details class="relay-address">
      <summary>{strings.relayWholeAddress}</summary>
      <code>{relay.address}</code>
    </details>
    {children}
  </li>
)
