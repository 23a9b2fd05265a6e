import type { RelayView } from '@sotto/engine/api'
import type { ComponentChildren } from 'preact'
import { strings } from '../strings/index.ts'
import { isLocalAddress } from '../text/local-address.ts'
import { Icon } from './icons.tsx'

export const relayStateText = (state: RelayView['state']): string => {
  switch (state) {
    case 'connected':
      return strings.relayConnected
    case 'connecting':
      return strings.relayConnecting
    case 'unreachable':
      return strings.relayUnreachable
    case 'anotherRelay':
      return strings.relayIsAnother
  }
}

interface RelayLineProps {
  readonly relay: RelayView
  /** What it is called in its list. */
  readonly name: string
  readonly children?: ComponentChildren
}

/** One relay in a list: its name, whether it is reachable, and what can be done with it. The whole address is there on demand. */
export const RelayLine = ({ relay, name, children }: RelayLineProps) => (
  <li class="relay">
    <span class="relay-icon">
      <Icon name="relay" />
    </span>
    <bdi class="relay-name">{name}</bdi>
    <span class={`relay-state relay-${relay.state}`}>{relayStateText(relay.state)}</span>
    {relay.state === 'unreachable' && isLocalAddress(relay.address) ? <span class="hint relay-hint">{strings.relayLocal}</span> : null}
    <details class="relay-address">
      <summary>{strings.relayWholeAddress}</summary>
      <code>{relay.address}</code>
    </details>
    {children}
  </li>
)
