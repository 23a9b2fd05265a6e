import { strings } from '../strings/index.ts'

export type PathState = 'direct' | 'relay' | 'offline'

/** How messages travel, in words. */
export function connectionText(state: PathState): string {
  switch (state) {
    case 'direct':
      return strings.connectionDirect
    case 'relay':
      return strings.connectionRelay
    case 'offline':
      return strings.connectionOffline
  }
}

/** Its dot: filled, half or hollow, so that colour is not the only sign. Words are beside it or are read out. */
export const ConnectionDot = ({ state }: { readonly state: PathState }) => <span class={`dot dot-${state}`} aria-hidden="true" />
