/**
 * What this device knows of others' device lists (PROTOCOL §1, §13.3). A list is signed by its account, so it proves itself wherever
 * it comes from, and two that do not go together prove that the account's key is used in two places. Then nothing is sent to
 * the account until this device's person has decided.
 */
import { deviceListHash, linkOf } from '@sotto/crypto'
import { operationsInCausalOrder } from '@sotto/membership'
import { type DeviceList, equalBytes, type Operation } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import { type Context, tell } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { ACCOUNT_DEVICES, type AccountDevices, FORKED } from '../state/tables/people.ts'
import { logOf, rosterOf } from './group-log.ts'

/** The devices that an account has, as far as is known here. */
export const accountDevices = (context: Pick<Context, 'transaction'>, account: string): AccountDevices | undefined =>
  context.transaction.get(ACCOUNT_DEVICES, account)

/** Whether two lists of an account contradict each other and the person has not decided yet. */
export const isForked = (context: Pick<Context, 'transaction'>, account: string): boolean => context.transaction.get(FORKED, account) !== undefined

/** After a start: the accounts to which nothing is sent. */
export function indexForks(context: Context): void {
  for (const { key, value } of context.transaction.scan(ACCOUNT_DEVICES))
    if (value.fork !== null && !value.fork.isDecided) context.transaction.put(FORKED, key, true)
}

/** Looks at the lists that operations of a group bring, of accounts that are members. The log checked their signatures. */
export function noteDeviceLists(context: Context, group: string, operations: readonly Operation[]): void {
  const roster = rosterOf(context, group)
  for (const { unsigned } of operations) {
    const list = listIn(unsigned.body)
    if (list !== undefined && roster.isMember(list.body.account)) noteDeviceList(context, list)
  }
}

/** After joining: looks at the whole log. */
export const noteAllDeviceLists = (context: Context, group: string): void => noteDeviceLists(context, group, operationsInCausalOrder(logOf(context, group)))

function listIn(body: Operation['unsigned']['body']): DeviceList | undefined {
  switch (body.kind) {
    case 'create':
      return body.founder.list
    case 'admit':
    case 'devices':
      return body.member.list
    default:
      return undefined
  }
}

function noteDeviceList(context: Context, list: DeviceList): void {
  if (equalBytes(list.body.account, selfOf(context).account)) return
  const account = textOf(list.body.account)
  const known = accountDevices(context, account)
  const hash = deviceListHash(context.provider.primitives, list)
  if (known === undefined) return context.transaction.put(ACCOUNT_DEVICES, [account], { ...entryOf(list, hash), fork: null })
  const fork = known.fork
  if (fork !== null && equalBytes(fork.hash, hash)) return
  // Of two lists that the person has accepted, either may go on.
  const links = [known.hash, ...(fork === null || !fork.isDecided ? [] : [fork.hash])].map((each) => linkOf(list, hash, { ...known, hash: each }))
  if (links.includes('newer')) {
    context.transaction.put(ACCOUNT_DEVICES, [account], { ...entryOf(list, hash), fork })
    if (!hasSameDevices(known, entryOf(list, hash))) tell(context, { kind: 'devicesChanged', account })
  } else if (links.every((link) => link === 'fork')) {
    context.transaction.put(FORKED, [account], true)
    context.transaction.put(ACCOUNT_DEVICES, [account], { ...known, fork: { hash, atMs: context.nowMs, isDecided: false } })
    tell(context, { kind: 'devicesForked', account })
  }
}

const entryOf = ({ body }: DeviceList, hash: Uint8Array): Omit<AccountDevices, 'fork'> => ({
  version: body.version,
  hash,
  devices: body.devices.map(({ body: { device, createdMs } }) => ({ device, createdMs })),
  revoked: [...body.revoked],
})

const hasSameDevices = (a: Pick<AccountDevices, 'devices'>, b: Pick<AccountDevices, 'devices'>): boolean =>
  a.devices.length === b.devices.length && a.devices.every(({ device }) => b.devices.some((other) => equalBytes(other.device, device)))

/** The person decided to go on with an account whose lists contradict each other. A third list is a new question. */
export function decideFork(context: Context, account: string): void {
  const known = accountDevices(context, account)
  if (known === undefined || known.fork === null) return
  context.transaction.put(ACCOUNT_DEVICES, [account], { ...known, fork: { ...known.fork, isDecided: true } })
  context.transaction.delete(FORKED, account)
}
