/** What people do of `people-events.ts`, at their devices. */
import { DIRECT_CHAT, Transaction } from '@sotto/core/inside'
import { toBase64url } from '@sotto/wire'
import type { BlockedPeople } from './blocked-people.ts'
import type { RunCounts } from './counts.ts'
import type { ListChoices } from './list-choices.ts'
import { type PeopleEvent, pictureOf } from './people-events.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** `number`: another one each time, so that nothing is said twice. `account`: of the person whom it is about. */
export function peopleAct(
  { choices, blocked, counts }: { readonly choices: ListChoices; readonly blocked: BlockedPeople; readonly counts: RunCounts },
  peer: SimulatedPeer,
  event: PeopleEvent,
  { group, number, account }: { readonly group: string; readonly number: number; readonly account: string },
): void {
  const pictureIn = (seed: number | null | undefined): { readonly picture?: string | null } =>
    seed === undefined ? {} : { picture: seed === null ? null : toBase64url(pictureOf(seed)) }
  switch (event.kind) {
    case 'callSelf':
      counts.profiles++
      return peer.request({ kind: 'setName', name: `${peer.name} ${number}` })
    case 'tellOfSelf':
      counts.profiles++
      return peer.request({ kind: 'setProfile', line: event.hasLine ? `${peer.name}, ${number}` : '', ...pictureIn(event.picture) })
    case 'tellOfGroup':
      counts.profiles++
      return peer.request({ kind: 'setGroupProfile', group, description: event.hasDescription ? `about, ${number}` : '', ...pictureIn(event.picture) })
    case 'callGroup':
      counts.profiles++
      return peer.request({ kind: 'setTitle', group, title: `Desk ${number}` })
    case 'choose': {
      const alone = new Transaction(peer.state).first(DIRECT_CHAT)?.key[0]
      const where = event.isAlone ? alone : group
      if (where === undefined) return
      counts.listChoices++
      return choices.choose(peer, where, event.what)
    }
    case 'block':
      if (account === '') return
      counts.blocks++
      return blocked.block(peer, account, event.isBlocked)
  }
}
