/**
 * The acts of the machine's fuzzer: what a tape brings next, late, twice or early, bent or broken; what a hostile member, a
 * stranger or a relay says; what the person asks; time that passes. An act gives events, in order.
 */
import type { Event, State } from '@sotto/core'
import { type ControlMessage, type PeerFrame, peerFrame } from '@sotto/core/inside'
import { decode, encode, fromBase64url, type GroupId, ladderLength, mailboxAnswer, type Operation, type OperationBody } from '@sotto/wire'
import { isToEngine } from '../../../../extension/client/engine-port.ts'
import { damaged } from '../../invented-encoding.ts'
import type { Act } from '../target.ts'
import { changed, pickOf, type Random } from './grammar.ts'
import { type HostileHand, pushed } from './hostile-hand.ts'
import { type Material, saidBy, variant } from './material.ts'
import { type Tape, seedOfEvent } from './recorded-world.ts'

/** Words, each as often as it is drawn. */
export const VERBS: readonly string[] =
  'on on skip again early elsewhere bend bend break pass pass request request letter letter letter operation operation envelope envelope frame frame answer signal junkLetter junkRecord connect hangUp restart lateLetter'.split(
    ' ',
  )

const JUMPS_MS = [0, 1, 1_000, 15_000, 60_000, 3_600_000, 86_400_000, 8 * 86_400_000, 31 * 86_400_000, -3_600_000]
/** Of one act. */
const MOST_OF_ONE = 12
const CURSORS_FROM = 1_000_000

export interface Moment {
  readonly tape: Tape
  readonly material: Material
  readonly hand: HostileHand
  readonly tapes: readonly Tape[]
  /** The next event of the tape. */
  readonly cursor: number
  readonly nowMs: number
  readonly state: State
  /** How many acts were before. */
  readonly number: number
  readonly random: Random
}

export type Occurrence =
  | { readonly kind: 'event'; readonly event: Event; readonly seed: number; readonly atMs: number | null }
  | { readonly kind: 'moved'; readonly cursor: number }
  | { readonly kind: 'passed'; readonly ms: number }
  | { readonly kind: 'restarted' }

const PEER = 'stranger'

export function occurrencesOf([verb, amount, seed]: Act, moment: Moment): readonly Occurrence[] {
  const { tape, material, hand, cursor, nowMs, state, random } = moment
  const { dictionary } = material
  const now = (event: Event | null | undefined): readonly Occurrence[] =>
    event === null || event === undefined ? [] : [{ kind: 'event', event, seed, atMs: null }]
  const heard = (place: number, bend: (event: Event) => Event | null = (event) => event): readonly Occurrence[] => {
    const recorded = tape.events[place]
    const event = recorded === undefined ? null : bend(recorded.event)
    return event === null || recorded === undefined ? [] : [{ kind: 'event', event, seed: seedOfEvent(place), atMs: recorded.nowMs }]
  }
  const times = Math.min(MOST_OF_ONE, 1 + amount)
  const repeated = <T>(make: () => T | null | undefined): readonly T[] =>
    Array.from({ length: times }, make).filter((each) => each !== null && each !== undefined)
  const fromPeer = (frame: PeerFrame | undefined, peer = random() < 0.8 ? tape.hostilePeer : PEER): Event | null => {
    const bytes = frame === undefined ? undefined : saidBy(() => encode(peerFrame, frame))
    return bytes === undefined ? null : { kind: 'peerFrameReceived', peer, frame: bytes }
  }
  const cursorOf = CURSORS_FROM + moment.number
  /** On a stream, or by the relay. */
  const letter = (record: Uint8Array | null): readonly Occurrence[] =>
    record === null ? [] : now(random() < 0.5 ? fromPeer({ kind: 'letter', record }) : pushed(state, 'inbox', record, cursorOf, random))
  const messages = (): readonly ControlMessage[] => repeated(() => variant(material.controlMessages, dictionary, random))

  switch (verb) {
    case 'on': {
      const last = Math.min(tape.events.length, cursor + 1 + amount)
      return Array.from({ length: last - cursor }, (_, i) => heard(cursor + i))
        .flat()
        .concat({ kind: 'moved', cursor: last })
    }
    case 'skip':
      return [{ kind: 'moved', cursor: cursor + 1 + amount }]
    case 'again':
      return heard(cursor - 1 - amount)
    case 'early':
      return heard(cursor + 1 + amount)
    case 'elsewhere': {
      const other = pickOf(random, moment.tapes)
      return now(other?.events[Math.floor(random() * other.events.length)]?.event)
    }
    case 'bend':
      return [...heard(cursor, (event) => bent(event, moment)), { kind: 'moved', cursor: cursor + 1 }]
    case 'break':
      return [...heard(cursor, (event) => broken(event, random)), { kind: 'moved', cursor: cursor + 1 }]
    case 'pass':
      return [{ kind: 'passed', ms: JUMPS_MS[amount % JUMPS_MS.length] ?? 0 }, ...now({ kind: 'woke' })]
    case 'request': {
      const what = variant(material.requests, dictionary, random)
      // What a page sends is checked where it arrives.
      const isRequest = what !== undefined && isToEngine({ kind: 'request', id: 1, request: what })
      return isRequest ? now({ kind: 'requested', request: `fuzz-${moment.number}`, what }) : []
    }
    case 'letter':
      return letter(saidBy(() => hand.letter(messages(), nowMs)) ?? null)
    case 'lateLetter':
      return letter(saidBy(() => hand.letterOf(damaged(new Uint8Array(40 + amount), random), nowMs)) ?? null)
    case 'operation': {
      const operations = repeated<Operation>(() => {
        const body: OperationBody | undefined = variant(material.operations, dictionary, random)
        return body === undefined ? null : saidBy(() => hand.operation(body, nowMs))
      })
      const group = fromBase64url(tape.group) as GroupId
      if (random() < 0.6) return letter(saidBy(() => hand.letter([{ kind: 'operations', group, operations }], nowMs)) ?? null)
      return operations.flatMap((each) => {
        const record = hand.operationRecord(each)
        return record === null ? [] : now(pushed(state, 'group', record, cursorOf, random))
      })
    }
    case 'envelope':
      return repeated(() => {
        const said = variant(material.contents, dictionary, random)
        return said === undefined ? null : saidBy(() => hand.envelope(said))
      }).flatMap((sealed) =>
        now(random() < 0.5 ? { kind: 'gossipReceived', topic: sealed.topic, data: sealed.bytes } : pushed(state, 'group', sealed.bytes, cursorOf, random)),
      )
    case 'signal': {
      const said = variant(material.signals, dictionary, random)
      const record = said === undefined ? undefined : saidBy(() => hand.signal(said))
      return record === undefined || record === null ? [] : now(pushed(state, 'group', record, cursorOf, random))
    }
    case 'frame':
      return now(fromPeer(variant(material.frames, dictionary, random)))
    case 'answer': {
      const answer = variant(material.answers, dictionary, random)
      const frame = answer === undefined ? undefined : saidBy(() => encode(mailboxAnswer, answer))
      const relay = pickOf(
        random,
        tape.events.flatMap(({ event }) => (event.kind === 'relayOpened' ? [event.relay] : [])),
      )
      return frame === undefined || relay === undefined ? [] : now({ kind: 'relayFrameReceived', relay, frame })
    }
    case 'junkLetter':
      return now(fromPeer({ kind: 'letter', record: noise(random, ladderLength(256 + 64 * amount)) }, PEER))
    case 'junkRecord': {
      const kinds = ['inbox', 'group', 'rendezvous'] as const
      return now(pushed(state, kinds[amount % kinds.length] ?? 'inbox', noise(random, ladderLength(256 + 64 * amount)), cursorOf, random))
    }
    case 'connect': {
      const nonce = noise(random, 32)
      const opened = now({ kind: 'peerOpened', peer: PEER, path: 'direct', initiator: false })
      return [...opened, ...now(fromPeer({ kind: 'hello', nonce }, PEER)), ...now(fromPeer({ kind: 'proofs', proofs: hand.proofs(state, PEER, nonce) }, PEER))]
    }
    case 'hangUp':
      return now({ kind: 'peerClosed', peer: amount % 2 === 0 ? PEER : tape.hostilePeer })
    case 'restart':
      return [{ kind: 'restarted' }]
    default:
      return []
  }
}

const noise = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(random() * 256))

/** The event with one field of its frame changed by its grammar. */
function bent(event: Event, { material: { dictionary }, random }: Moment): Event | null {
  const read =
    event.kind === 'peerFrameReceived' ? decode(peerFrame, event.frame) : event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
  if (read === undefined || (event.kind !== 'peerFrameReceived' && event.kind !== 'relayFrameReceived')) return event
  const other = changed(read, dictionary, random)
  const frame = saidBy(() => (event.kind === 'peerFrameReceived' ? encode(peerFrame, other as never) : encode(mailboxAnswer, other as never)))
  return frame === undefined ? null : { ...event, frame }
}

function broken(event: Event, random: Random): Event {
  if (event.kind === 'gossipReceived') return { ...event, data: damaged(event.data, random) }
  return event.kind === 'peerFrameReceived' || event.kind === 'relayFrameReceived' ? { ...event, frame: damaged(event.frame, random) } : event
}
