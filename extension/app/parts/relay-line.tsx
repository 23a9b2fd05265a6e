import type { RelayView } from '@sotto/engine/api'
import type { ComponentChildren } from 'preact'
import { strings } from '../strings/index.ts'
import { isLocalAddress } from '../text/local-address.ts'
import { Icon } from './icons.tsx'

const stateText = (state: RelayView['state']): string => {
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

/** One relay in a list: its address, whether it is reachable, and what can be done with it. */
export const RelayLine = ({ relay, children }: { readonly relay: RelayView; readonly children?: ComponentChildren }) => (
  <li class="relay">
    <span class="relay-icon">
      <Icon name="relay" />
    </span>
    <code>{relay.address}</code>
    <span class={`relay-state relay-${relay.state}`}>{stateText(relay.state)}</span>
    {relay.state === 'unreachable' && isLocalAddress(relay.address) ? <span class="hint relay-hint">{strings.relayLocal}</span> : null}
    {children}
  </li>
)
