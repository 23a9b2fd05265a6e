/** A removed member says in its old sessions that its inbox is now at a relay of its own: a device that dials it gives its address away. */
import { MEMBERSHIP_LOG, SELF } from '@sotto/core/inside'
import { operationsInCausalOrder } from '@sotto/membership'
import { equalBytes, type InboxAddress } from '@sotto/wire'
import { otherDevicesOf } from '../peer-knowledge.ts'
import type { Adversary } from './adversary.ts'

/** No honest peer may dial it: only removed members and strangers ever name it. */
export const TRAP = '/dns4/trap.example/tcp/443/wss/p2p/12D3KooWTrapTrapTrapTrapTrapTrapTrapTrapTrapTrapTrap'

export function nameRelays(by: Adversary, group: string): void {
  const inbox = ownInbox(by, group)
  if (inbox === undefined || !by.isRemoved) return
  for (const device of otherDevicesOf(by.peer, group)) by.tell(device, { kind: 'address', address: { ...inbox, relays: [TRAP] } })
}

/** Its inbox as the log has it. */
function ownInbox(by: Adversary, group: string): InboxAddress | undefined {
  const log = by.transaction().get(MEMBERSHIP_LOG, group)
  const device = by.transaction().get(SELF, 'self')?.device
  if (log === undefined || device === undefined) return undefined
  return operationsInCausalOrder(log)
    .flatMap(({ unsigned: { body } }) => (body.kind === 'admit' ? body.member.devices : body.kind === 'create' ? body.founder.devices : []))
    .findLast((each) => equalBytes(each.certificate.body.device, device))?.inbox
}
