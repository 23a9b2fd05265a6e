/** Relays as pages show them. */
import { LIMITS } from '@sotto/wire'
import type { OwnRelayView, RelayView } from '../contract/relay-view.ts'
import type { Transaction } from '../state/table.ts'
import { REACHED, RELAY, RELAY_LINK } from '../state/tables/links.ts'

type Rows = Pick<Transaction, 'get' | 'scan'>

type Linked = ReturnType<typeof linksOf>[number]

const linksOf = (transaction: Rows) => transaction.scan(RELAY_LINK)

function lineTo(transaction: Rows, { key, value: { address, state, latencyMs, isGone, client } }: Linked): RelayView {
  const keepsMs = (client.connection?.session?.limits.keepSeconds ?? Infinity) * 1_000
  const keepsDays = keepsMs < LIMITS.retentionMs ? Math.floor(keepsMs / DAY_MS) : null
  return { address, state, latencyMs, reachedMs: transaction.get(REACHED, ...key)?.atMs ?? null, keepsDays, isGone }
}

const DAY_MS = 86_400_000

/** How these relays are reached now. A relay without a link has not been tried yet. */
export function linesTo(transaction: Rows, relays: readonly string[]): readonly RelayView[] {
  const lines = new Map(linksOf(transaction).map((link) => [link.value.address, lineTo(transaction, link)]))
  return relays.map((address) => lines.get(address) ?? { address, state: 'connecting', latencyMs: null, reachedMs: null, keepsDays: null, isGone: false })
}

/** All that this device is connected to, or tries to reach. */
export const ownLines = (transaction: Rows): readonly OwnRelayView[] =>
  linksOf(transaction).map((link) => ({ ...lineTo(transaction, link), isChosen: transaction.get(RELAY, ...link.key) !== undefined }))
