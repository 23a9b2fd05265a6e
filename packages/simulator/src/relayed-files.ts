/**
 * Files at relays in random worlds. I50, beside what `shared-files.ts` says: a file that lies whole at a relay that a member is connected to is
 * looked for there, or its state says why not; and what its author dropped does not lie at a relay any more. I51: honest devices open the
 * mailboxes only of files that they know, and write only to those of their own.
 */
import { fileLayout, fileMailbox } from '@sotto/blob'
import type { Effect } from '@sotto/core'
import { COMING, FILE, FILE_DROP, type FileKey, GROUP, LEFT, READ_AT, READING, RELAY_LINK, SOURCE, Transaction } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { mailboxIdOf } from '@sotto/mailbox'
import { decode, equalBytes, type MailboxId, type MailboxKeys, mailboxRequest, toBase64url } from '@sotto/wire'
import type { RunCounts } from './counts.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import type { SimulatedRelay } from './simulated-relay.ts'

interface World {
  readonly primitives: Primitives
  readonly relays: () => readonly SimulatedRelay[]
  readonly counts: RunCounts
  readonly nowMs: () => number
  readonly after: (ms: number, act: () => void) => void
  readonly violate: (what: string) => void
}

/** A mailbox that an author wrote to. `isDropped`: it was asked to be deleted, and is, as far as its author knows. */
interface Written {
  readonly by: SimulatedPeer
  readonly relay: string
  readonly mailbox: MailboxId
  isDropped: boolean
}

export class RelayedFiles {
  readonly #world: World
  readonly #keys = new Map<string, MailboxKeys>()
  readonly #written = new Map<string, Written>()
  /** Files that came from a relay, by who has them. */
  readonly #came = new Set<string>()

  constructor(world: World) {
    this.#world = world
  }

  #keysAt(key: Uint8Array, relay: string): MailboxKeys {
    const name = `${toBase64url(key)} ${relay}`
    const known = this.#keys.get(name)
    if (known !== undefined) return known
    const { ed25519 } = this.#world.primitives
    const { readSeed, appendSeed } = fileMailbox(this.#world.primitives, key, relay)
    const keys = { kind: 'blob', readKey: ed25519.keyPairFromSeed(readSeed).publicKey, appendKey: ed25519.keyPairFromSeed(appendSeed).publicKey } as const
    this.#keys.set(name, keys)
    return keys
  }

  /** An honest device's frame leaves. */
  sent(peer: SimulatedPeer, effect: Effect): void {
    const request = effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
    if (effect.kind !== 'sendRelayFrame' || request?.kind !== 'open' || request.keys.kind !== 'blob') return
    const writes = request.appendSignature !== null
    const isKnown = (): boolean => this.#mayOpen(peer, effect.relay, request.keys, writes)
    // The turn that sends it may be the one in which this device learned of the file, or in which it ended: it is looked at before and after.
    const wasKnown = isKnown()
    this.#world.after(0, () => {
      if (!wasKnown && peer.alive && !isKnown())
        this.#world.violate(`I51: ${peer.name} ${writes ? 'writes to' : 'reads'} the mailbox of a file that is not its to`)
    })
  }

  #mayOpen(peer: SimulatedPeer, relay: string, keys: MailboxKeys, writes: boolean): boolean {
    const transaction = new Transaction(peer.state)
    const isIt = (other: MailboxKeys): boolean => equalBytes(other.readKey, keys.readKey)
    const ofFile = transaction.scan(FILE).some(({ value }) => (value.isOwn || !writes) && isIt(this.#keysAt(value.key, relay)))
    const left = transaction.scan(LEFT).some(({ value }) => value.at.some((each) => isIt(each.keys)))
    return ofFile || left || transaction.scan(FILE_DROP).some(({ value }) => isIt(value.keys))
  }

  /** What a device left, dropped and read, as its disk has it. */
  note(peer: SimulatedPeer, group: string): void {
    const transaction = new Transaction(peer.state)
    const still = new Set<string>()
    for (const { value } of transaction.scan(LEFT, group))
      for (const { address, keys } of value.at) {
        const mailbox = mailboxIdOf(this.#world.primitives, keys)
        const name = `${peer.name} ${toBase64url(mailbox)}`
        still.add(name)
        if (!this.#written.has(name)) this.#written.set(name, { by: peer, relay: address, mailbox, isDropped: false })
      }
    for (const { key } of transaction.scan(FILE_DROP)) still.add(`${peer.name} ${key[1] ?? ''}`)
    const isMember = transaction.get(GROUP, group)?.state === 'member'
    for (const [name, written] of this.#written) {
      if (written.by !== peer || still.has(name)) continue
      // What a departed member left expires by itself.
      if (isMember) written.isDropped = true
      else this.#written.delete(name)
    }
    for (const { key, value } of transaction.scan(READING)) {
      const name = `${peer.name} ${key.slice(0, 3).join(' ')}`
      if (!value.gives || this.#came.has(name)) continue
      this.#came.add(name)
      this.#world.counts.filesFromRelays++
    }
  }

  /** `honest`: present members whose devices are theirs. `forgetful`: those whose disks lost what was written. */
  check(honest: readonly SimulatedPeer[], group: string, forgetful: ReadonlySet<SimulatedPeer>): void {
    for (const peer of honest)
      for (const { key, value } of new Transaction(peer.state).scan(FILE, group)) this.#checkComing(peer, key as unknown as FileKey, value)
    for (const { by, relay: address, mailbox, isDropped } of this.#written.values()) {
      const relay = this.#world.relays().find((each) => each.address === address)
      const lying = relay?.recordsOf(mailbox, this.#world.nowMs()).length ?? 0
      this.#world.counts.chunksAtRelays += lying
      if (isDropped && lying > 0 && honest.includes(by) && !forgetful.has(by))
        this.#world.violate(`I50: ${lying} chunks that ${by.name} dropped lie at a relay`)
    }
  }

  #checkComing(peer: SimulatedPeer, key: FileKey, row: { readonly state: string; readonly key: Uint8Array; readonly sizeBytes: number }): void {
    const transaction = new Transaction(peer.state)
    const coming = transaction.get(COMING, ...key)
    const layout = fileLayout(row.sizeBytes)
    if (row.state !== 'coming' || coming === undefined || coming.trouble !== null || coming.checking !== null || layout === undefined) return
    // A member that is asked comes first.
    if (transaction.scan(SOURCE, ...key).some(({ value }) => value.held !== null)) return
    for (const { key: name, value: link } of transaction.scan(RELAY_LINK)) {
      const relay = this.#world.relays().find(({ address }) => address === link.address)
      const isThere = relay?.isUp === true && !relay.isDead && link.state === 'connected'
      if (!isThere || transaction.get(READ_AT, ...key, name[0] ?? '')?.isFalse === true) continue
      const isWhole = relay.recordsOf(mailboxIdOf(this.#world.primitives, this.#keysAt(row.key, link.address)), this.#world.nowMs()).length >= layout.chunks
      if (isWhole && transaction.get(READING, ...key, name[0] ?? '') === undefined)
        this.#world.violate(`I50: a file of ${row.sizeBytes} bytes is not looked for by ${peer.name} at a relay that has it`)
    }
  }
}
