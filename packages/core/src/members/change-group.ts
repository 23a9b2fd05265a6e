/** Changing a group at a person's request: creating it, or authoring an operation that the rules allow (PROTOCOL §5). */
import { commitToSecret } from '@sotto/crypto'
import { mayAuthor, operationIdOf, signOperation } from '@sotto/membership'
import { type GroupCipherName, type GroupId, type Operation, type OperationBody, readName, utf8 } from '@sotto/wire'
import { nameRejection } from '../contract/name-rejection.ts'
import type { EngineReply, RejectionCode } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { author, authorRekeying } from '../epochs/author.ts'
import { moveToEpoch } from '../epochs/move-to-epoch.ts'
import { rosterOf, signOwn } from '../groups/group-log.ts'
import { enterGroup, groupRow, takeTitle, touch } from '../groups/group-row.ts'
import { queueOperations } from '../groups/queue-operations.ts'
import { otherDevices } from '../groups/recipients.ts'
import { selfOf } from '../identity/profile.ts'
import { byReach, isConnected } from '../links/group-relays.ts'
import { sendCapabilityFor } from '../links/inbox.ts'
import { ownRelays } from '../links/own-relays.ts'
import { meetDevices } from '../sessions/contacts.ts'
import { type Context, tell } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { OPERATION, SECRET } from '../state/tables/groups.ts'
import { RELAY } from '../state/tables/links.ts'

/** Rules with a code of their own, because a person can do something about them. */
const REFUSED_BY_RULE: { readonly [code: string]: RejectionCode } = {
  lastAdminNamesSuccessor: 'lastAdminNamesSuccessor',
  subjectIsNoMember: 'unknownAccount',
  successorIsNoMember: 'unknownAccount',
  onlyMembersWrite: 'notMember',
}

export function authorIfAllowed(context: Context, group: string, body: OperationBody): EngineReply {
  const allowed = mayAuthor(context.provider.primitives, rosterOf(context, group), selfOf(context), body)
  if (allowed !== true) return no(REFUSED_BY_RULE[allowed.code] ?? 'notAllowed')
  const before = groupRow(context, group)?.relays ?? []
  if (body.kind === 'remove') authorRekeying(context, group, (commitment) => ({ ...body, commitment }))
  else {
    const signed = signOwn(context, group, body)
    author(context, group, signed)
    if (body.kind === 'setRelays' && !before.some((relay) => isConnected(context, relay))) handToAll(context, group, signed.operation)
  }
  touch(context, group)
  return ok()
}

/** In private, by whatever relay a device shares with us: the group's mailboxes are where nobody gets to (PROTOCOL §5.60). */
function handToAll(context: Context, group: string, operation: Operation): void {
  for (const device of otherDevices(context, group)) queueOperations(context, device, bytesOf<GroupId>(group), [operation])
}

/** How a group is made, where it is not made as all are. */
interface Making {
  readonly cipher?: GroupCipherName
  /** Its relays, in place of this device's own. */
  readonly relays?: readonly string[]
}

export function createGroup(
  context: Context,
  written: string,
  { cipher = context.newGroupCipher, relays: chosen = ownRelays(context) }: Making = {},
): EngineReply {
  const read = readName(written)
  if ('code' in read) return { ok: false, rejection: nameRejection(read, 'titleEmpty', 'titleTooLong') }
  const title = read.name
  const relays = byReach(context, chosen)
  const inbox = sendCapabilityFor(context)
  if (relays.length === 0 || inbox === undefined) return no(context.transaction.scan(RELAY).length === 0 ? 'relayNeeded' : 'relayNotReachedYet')
  const self = selfOf(context)
  const { primitives, random } = context.provider
  const secret = random(32)
  const unsigned = {
    suite: 1,
    group: new Uint8Array(32) as GroupId,
    account: self.account,
    device: self.device,
    previous: null,
    parents: [],
    writtenMs: context.nowMs,
    body: {
      kind: 'create',
      random: random(32),
      groupCipher: cipher,
      founder: { list: self.deviceList, devices: [{ certificate: self.certificate, inbox }] },
      titleHash: primitives.sha256(utf8(title)),
      commitment: commitToSecret(primitives, secret),
    },
  } as const
  const id = operationIdOf(primitives, unsigned)
  const operation = signOperation(primitives, unsigned, primitives.ed25519.keyPairFromSeed(self.deviceSeed))
  const group = textOf(id)
  context.transaction.put(OPERATION, [group, sortable(nextNumber(context))], operation)
  context.transaction.put(SECRET, [group, textOf(id)], secret)
  enterGroup(context, group, { relays })
  takeTitle(context, group, rosterOf(context, group), title)
  meetDevices(context, group, rosterOf(context, group))
  moveToEpoch(context, group)
  tell(context, { kind: 'created', group })
  return ok({ group })
}
