/** What goes wrong between a relay and its NATS servers, as the store speaks of it. */
import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream'
import { errors } from '@nats-io/transport-node'

/** The servers did not answer, or have no quorum. What was asked for may have happened or not. */
export class StoreAway extends Error {}

/** There is no room: in one mailbox, or on the servers' disks. */
export class NoRoom extends Error {
  readonly of: 'mailbox' | 'disk'

  constructor(of: 'mailbox' | 'disk') {
    super(`no room: ${of}`)
    this.of = of
  }
}

/** Why a store cannot be opened, with a code that `startFault` has a sentence for. */
export class CannotOpen extends Error {
  readonly code: 'NATS_AWAY' | 'NATS_DENIED' | 'NATS_NO_JETSTREAM' | 'NATS_TOO_OLD' | 'NATS_CREDENTIALS' | 'NATS_STREAMS' | 'STORE_TOO_NEW'

  constructor(code: CannotOpen['code'], cause?: unknown) {
    super(code, { cause })
    this.code = code
  }
}

/** Codes of JetStream's API: insufficient resources, storage exceeded for the account, for the server. */
const DISK_FULL = [10_023, 10_047, 10_028]
/** A message could not be stored, with the reason in words: one of the stream's limits. */
const NOT_STORED = 10_077
/** There is no message with this sequence, and a deletion failed, with the reason in words. */
const NO_SUCH_SEQUENCE = 10_043
const NOT_DELETED = 10_057
/** There is no stream of this name. */
export const NO_SUCH_STREAM = 10_059
/** There is a stream of this name with another configuration. */
export const NAME_IN_USE = 10_058

/** Whether a deletion failed because the message is gone: where two delete it at a time, the second is told so in one way or another. */
export const isGone = (fault: unknown): boolean =>
  fault instanceof JetStreamApiError &&
  (fault.code === NO_SUCH_SEQUENCE || (fault.code === NOT_DELETED && /no message found|deleted message|not found/.test(fault.message)))

/** A cluster that has just started, or just made a stream, does not answer before it has a leader. */
const NO_LEADER_YET = [10_008, 10_009, 10_118]
const OPEN_PATIENCE_MS = 20_000
const OPEN_AGAIN_MS = 250

/** Does again what fails while the servers agree on leaders, for as long as it takes them to. Rejects with `CannotOpen`. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + OPEN_PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (fault) {
      if (fault instanceof CannotOpen) throw fault
      const isLater =
        fault instanceof StoreAway || fault instanceof errors.TimeoutError || (fault instanceof JetStreamApiError && NO_LEADER_YET.includes(fault.code))
      if (!isLater || performance.now() > endMs) throw new CannotOpen('NATS_STREAMS', fault)
      await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS))
    }
  }
}

/** A fault of the client library in the store's own words. What it does not know it throws. */
export function storeFault(fault: unknown): StoreAway | NoRoom {
  if (fault instanceof JetStreamApiError) {
    if (DISK_FULL.includes(fault.code)) return new NoRoom('disk')
    if (fault.code === NOT_STORED) {
      if (fault.message.includes('per subject')) return new NoRoom('mailbox')
      if (fault.message.includes('maximum')) return new NoRoom('disk')
    }
    return new StoreAway(fault.message, { cause: fault })
  }
  if (fault instanceof StoreAway || fault instanceof NoRoom) return fault
  const known = [errors.TimeoutError, errors.RequestError, errors.NoRespondersError, errors.ConnectionError, errors.ClosedConnectionError]
  const later = [errors.DrainingConnectionError, errors.AuthorizationError, errors.PermissionViolationError, JetStreamError]
  // The library does not export the class of the last one.
  const isKnown = [...known, ...later].some((kind) => fault instanceof kind) || (fault as Error).name === 'JetStreamNotEnabled'
  if (isKnown) return new StoreAway(String((fault as Error).message), { cause: fault })
  throw fault
}
