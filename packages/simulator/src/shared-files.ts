/**
 * Files in random worlds. I50: a file is on a device as it was sent, or does not come although it could only from nobody that is
 * connected: its state says why. On no disk is a chunk that no row names. I51: chunks, and which there are, go only to devices that are
 * present members' for who sends them, in the group's current epoch, and that know the file.
 */
import { chunkKeyOf, chunkPlace, fileLayout, openChunk, readRecord, recordPlace } from '@sotto/blob'
import type { Effect } from '@sotto/core'
import {
  ATTACHED,
  SEALING,
  COMING,
  FILE,
  FILE_NAMED,
  PASSING_ON,
  type FileRow,
  GROUP,
  MEMBERSHIP_LOG,
  PEER,
  peerFrame,
  SELF,
  Transaction,
} from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { resolve } from '@sotto/membership'
import { decode, type DeviceId, equalBytes, toBase64url } from '@sotto/wire'
import type { RunCounts } from './counts.ts'
import type { FileEvent } from './file-events.ts'
import { RelayedFiles } from './relayed-files.ts'
import { seededRandom } from './seeded-random.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import type { SimulatedRelay } from './simulated-relay.ts'

/** Bytes that differ from file to file and from place to place. */
function contentOf(seed: number, length: number): Uint8Array {
  const random = seededRandom(seed + 1)
  const [by, from] = [random.between(1, 250), random.below(256)]
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = from + i * by + (i >> 8) * 7
  return bytes
}

interface World {
  readonly primitives: Primitives
  readonly peers: readonly SimulatedPeer[]
  readonly counts: RunCounts
  readonly relays: () => readonly SimulatedRelay[]
  readonly nowMs: () => number
  readonly after: (ms: number, act: () => void) => void
  readonly violate: (what: string) => void
}

export class SharedFiles {
  readonly #world: World
  /** What was sent, by the key of each file. */
  readonly #sent = new Map<string, { readonly by: SimulatedPeer; readonly bytes: Uint8Array }>()
  /** All that people attached. What is forwarded is one of these, under another key. */
  readonly #contents: Uint8Array[] = []
  /** Files that a device ever knew, by their names among members. */
  readonly #known = new Map<SimulatedPeer, Set<string>>()
  readonly #relayed: RelayedFiles
  #number = 0

  constructor(world: World) {
    this.#world = world
    this.#relayed = new RelayedFiles(world)
  }

  /** A person does something with a file. */
  happen(peer: SimulatedPeer, group: string, event: Exclude<FileEvent, { readonly kind: 'apart' }>): void {
    switch (event.kind) {
      case 'sendFiles':
        return this.#send(peer, group, event.bytes, this.#waiting(peer, group))
      case 'changeFile': {
        const found = new Transaction(peer.state).scan(FILE, group)[event.which]
        if (found !== undefined) peer.request({ kind: event.what, group, message: found.key[1] ?? '', number: Number.parseInt(found.key[2] ?? '', 36) })
        return
      }
      case 'forwardFiles': {
        const transaction = new Transaction(peer.state)
        const message = transaction.scan(FILE, group)[event.which]?.key[1]
        if (message === undefined) return
        const files = transaction.scan(FILE, group, message).map((_, number) => ({ number, name: 'again.bin', mediaType: '', picture: null }))
        return peer.request(
          { kind: 'forward', groups: [group], text: `${peer.name} forwards ${this.#number++}`, files: { group, message, files } },
          (reply) => {
            if (reply.ok) this.#world.counts.forwardedFiles += files.length
          },
        )
      }
      case 'fillDisk': {
        const { chunks } = peer
        chunks.limitBytes(chunks.listNow().reduce((sum, { bytes }) => sum + bytes, 0) + event.spareBytes)
        return this.#world.after(event.forMs, () => chunks.limitBytes(Number.POSITIVE_INFINITY))
      }
      case 'relayOfFiles':
        return this.#relayActs(event)
      case 'spoilFile': {
        const found = peer.chunks.listNow()[event.which]
        if (found !== undefined && found.bytes > 0) peer.chunks.writeNow(found.file, event.place % found.bytes, Uint8Array.of(event.place & 0xff))
      }
    }
  }

  #relayActs({ relay: number, act, forMs }: Extract<FileEvent, { readonly kind: 'relayOfFiles' }>): void {
    const relay = this.#world.relays()[number]
    if (relay === undefined) return
    if (act === 'loses') return relay.loseFiles(this.#world.nowMs())
    if (act === 'refuses') relay.refusesFiles = true
    else relay.spoilsFiles = true
    this.#world.after(forMs, () => {
      relay.refusesFiles = false
      relay.spoilsFiles = false
    })
  }

  /** What a stop left in the composer goes with the next message; what it met half-way is taken out. */
  #waiting(peer: SimulatedPeer, group: string): readonly string[] {
    return new Transaction(peer.state).scan(ATTACHED, group).flatMap(({ key, value }) => {
      const [, file = ''] = key
      if (value.sealed === null) peer.request({ kind: 'detachFile', group, file })
      return value.sealed === null ? [] : [file]
    })
  }

  /** Attaches one after the other, then sends all. What is refused on the way ends it: the person sees why. */
  #send(peer: SimulatedPeer, group: string, left: readonly number[], files: readonly string[]): void {
    const [length, ...others] = left
    if (length === undefined) {
      this.#world.counts.files += files.length
      return peer.request({ kind: 'send', group, text: `${peer.name} sends ${this.#number++}`, files })
    }
    const bytes = contentOf(this.#number++, length)
    this.#contents.push(bytes)
    peer.request({ kind: 'attachFile', group, name: `${this.#number}.bin`, mediaType: '', sizeBytes: length }, (begun) => {
      if (!begun.ok) return
      const { file = '', pieceBytes = 1, pieces = 0 } = begun.value
      const key = new Transaction(peer.state).get(SEALING, group, file)?.key
      const piece = (number: number): void =>
        peer.request(
          { kind: 'attachPiece', group, file, piece: number, bytes: toBase64url(bytes.slice(number * pieceBytes, (number + 1) * pieceBytes)) },
          (taken) => {
            if (!taken.ok) return
            const sealedKey = key ?? new Transaction(peer.state).get(ATTACHED, group, file)?.sealed?.key
            if (number + 1 < pieces) return piece(number + 1)
            if (sealedKey !== undefined) this.#sent.set(toBase64url(sealedKey), { by: peer, bytes })
            this.#send(peer, group, others, [...files, file])
          },
        )
      piece(0)
    })
  }

  /** What devices know. */
  note(peer: SimulatedPeer, group: string): void {
    this.#relayed.note(peer, group)
    this.#noteKnown(peer)
  }

  #noteKnown(peer: SimulatedPeer): void {
    const known = this.#known.get(peer) ?? new Set<string>()
    this.#known.set(peer, known)
    for (const { key } of new Transaction(peer.state).scan(FILE_NAMED)) known.add(key[1] ?? '')
  }

  /** An honest device's frame leaves. */
  sent(peer: SimulatedPeer, effect: Effect): void {
    this.#relayed.sent(peer, effect)
    const frame = effect.kind === 'sendPeerFrame' ? decode(peerFrame, effect.frame) : undefined
    if (effect.kind !== 'sendPeerFrame' || (frame?.kind !== 'chunk' && frame?.kind !== 'fileHeld')) return
    if (frame.kind === 'chunk') this.#world.counts.chunks++
    // Who begins again after a damaged disk has the peer id of before.
    const to = this.#world.peers.find(({ alive, peerId }) => alive && peerId === effect.peer)
    const device = to === undefined ? undefined : new Transaction(to.state).first(SELF)?.value.device
    if (to === undefined || device === undefined) return
    const isOutside = (): boolean => !mayBeServed(peer, device, frame.epoch)
    // The turn that sends it may be the one in which this device learned of the membership: it is looked at before and after.
    const wasOutside = isOutside()
    this.#world.after(0, () => {
      if (wasOutside && peer.alive && isOutside()) this.#world.violate(`I51: ${peer.name} serves ${to.name} a ${frame.kind}, which is no member in that epoch`)
      this.#noteKnown(to)
      if (this.#known.get(to)?.has(toBase64url(frame.file)) !== true)
        this.#world.violate(`I51: ${peer.name} serves ${to.name} a ${frame.kind} of a file that it does not know`)
    })
  }

  /** `honest`: present members whose devices are theirs. `forgetful`: those whose disks lost what was written. */
  check(honest: readonly SimulatedPeer[], group: string, forgetful: ReadonlySet<SimulatedPeer> = new Set()): void {
    this.#relayed.check(honest, group, forgetful)
    const { counts, violate } = this.#world
    for (const peer of honest) {
      const transaction = new Transaction(peer.state)
      for (const { key, value } of transaction.scan(FILE, group)) {
        const sent = this.#sent.get(toBase64url(value.key))
        const what = `the file ${key[2] ?? ''} of ${sent?.by.name ?? 'another'}, of ${value.sizeBytes} bytes`
        if (value.state === 'whole') {
          counts.wholeFiles++
          const bytes = this.#read(peer, value)
          if (bytes !== undefined && sent === undefined && !this.#contents.some((each) => equalBytes(each, bytes)))
            violate(`I50: ${peer.name} has ${what}, which nobody attached`)
          // One that its disk spoiled is asked for once that is seen.
          if (bytes !== undefined && sent !== undefined && !equalBytes(bytes, sent.bytes)) violate(`I50: ${peer.name} has ${what}, and it is another`)
        }
        if (value.state !== 'coming') continue
        counts.comingFiles++
        const source = honest.find((other) => other !== peer && this.#hasAll(other, group, value) && areConnected(peer, other, group))
        const trouble = transaction.get(COMING, ...key)?.trouble ?? null
        if (source !== undefined && trouble === null) violate(`I50: ${what} does not come to ${peer.name}, though ${source.name} has it and is connected`)
      }
      if (transaction.scan(PASSING_ON, group).some(({ value }) => value.trouble === null)) violate(`I50: ${peer.name} does not get on with what it forwards`)
      const waiting = transaction.scan(ATTACHED).flatMap(({ key, value }) => (value.sealed === null ? [] : [key[1] ?? '']))
      const named = new Set([
        ...transaction.scan(FILE).map(({ value }) => value.stored),
        ...transaction.scan(SEALING).map(({ key }) => key[1] ?? ''),
        ...waiting,
      ])
      for (const { file } of peer.chunks.listNow()) if (!named.has(file)) violate(`I50: on the disk of ${peer.name} is a file that no row names`)
    }
  }

  #hasAll(peer: SimulatedPeer, group: string, { key }: FileRow): boolean {
    const row = new Transaction(peer.state).scan(FILE, group).find(({ value }) => equalBytes(value.key, key))?.value
    return row?.state === 'whole' && this.#read(peer, row) !== undefined
  }

  /** undefined: its disk changed something of it. */
  #read(peer: SimulatedPeer, { stored, key, sizeBytes }: FileRow): Uint8Array | undefined {
    const { primitives } = this.#world
    const layout = fileLayout(sizeBytes)
    if (layout === undefined) return undefined
    const bytes = new Uint8Array(sizeBytes)
    const chunkKey = chunkKeyOf(primitives, key)
    for (let chunk = 0; chunk < layout.chunks; chunk++) {
      const { offset, length } = recordPlace(layout, chunk)
      const record = readRecord(layout, chunk, peer.chunks.readNow(stored, offset, length) ?? new Uint8Array())
      const opened = record === undefined ? undefined : openChunk(primitives, chunkKey, layout, chunk, record.sealed)
      if (opened === undefined) return undefined
      bytes.set(opened, chunkPlace(layout, chunk)?.fileOffset ?? 0)
    }
    return bytes
  }
}

/** Whether a device is a present member's, and the epoch the current one, for another. */
function mayBeServed(by: SimulatedPeer, device: DeviceId, epoch: Uint8Array): boolean {
  const transaction = new Transaction(by.state)
  const found = transaction.scan(GROUP).find(({ value }) => value.epoch !== null && equalBytes(value.epoch, epoch))
  const log = found === undefined ? undefined : transaction.get(MEMBERSHIP_LOG, found.key[0] ?? '')
  return log !== undefined && resolve(log).deviceOf(device) !== undefined
}

/** Whether both know each other as present members on a connection. */
function areConnected(one: SimulatedPeer, other: SimulatedPeer, group: string): boolean {
  const knows = (by: SimulatedPeer, of: SimulatedPeer): boolean => {
    const transaction = new Transaction(by.state)
    const epoch = transaction.get(GROUP, group)?.epoch ?? null
    return epoch !== null && transaction.get(PEER, of.peerId)?.epochs.includes(toBase64url(epoch)) === true
  }
  return knows(one, other) && knows(other, one)
}
