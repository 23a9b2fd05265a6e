import type { MemberView } from '@sotto/engine/api'
import { strings } from '../strings/index.ts'

export type PathState = 'direct' | 'turn' | 'relay' | 'offline'

/** How messages travel, in words. */
export function connectionText(state: PathState): string {
  switch (state) {
    case 'direct':
      return strings.connectionDirect
    case 'turn':
      return strings.connectionTurn
    case 'relay':
      return strings.connectionRelay
    case 'offline':
      return strings.connectionOffline
  }
}

/** Its dot: filled, half or hollow, so that colour is not the only sign. Words are beside it or are read out. */
export const ConnectionDot = ({ state }: { readonly state: PathState }) => <span class={`dot dot-${state === 'turn' ? 'direct' : state}`} aria-hidden="true" />

/** Whether a member is there, in words; null: it does not let us know. */
export function presenceText({ presence, connection }: Pick<MemberView, 'presence' | 'connection'>): string | null {
  switch (presence) {
    case 'here':
      return hereText(connection)
    case 'away':
      return strings.presenceAway
    case null:
      return null
  }
}

function hereText(connection: MemberView['connection']): string {
  switch (connection) {
    case 'direct':
      return strings.presenceHereDirect
    case 'turn':
      return strings.presenceHereTurn
    case 'relay':
      return strings.presenceHereRelay
    case null:
      return strings.presenceHere
  }
}

/** Its dot: filled or hollow. */
export const PresenceDot = ({ presence }: Pick<MemberView, 'presence'>) =>
  presence === null ? null : <span class={`dot dot-${presence === 'here' ? 'direct' : 'offline'}`} aria-hidden="true" />
