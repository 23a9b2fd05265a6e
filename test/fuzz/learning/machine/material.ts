/** What the acts of a world are made of: what its machine heard and opened, decoded, and the words of its pages. */
import type { EngineRequest } from '@sotto/core'
import { CONTROL_MESSAGE_KINDS, content, type ControlMessage, letter, type PeerFrame, PEER_FRAME_KINDS, peerFrame } from '@sotto/core/inside'
import {
  signal,
  type Signal,
  codecOfKind,
  decode,
  type Decoded,
  type Kind,
  type MailboxAnswer,
  mailboxAnswer,
  operation,
  type OperationBody,
  OPERATION_KINDS,
  unpad,
} from '@sotto/wire'
import { inventEncoding } from '../../invented-encoding.ts'
import { changed, type Dictionary, dictionaryOf, pickOf, type Random } from './grammar.ts'
import type { Tape } from './recorded-world.ts'

export interface Material {
  readonly dictionary: Dictionary
  readonly requests: readonly EngineRequest[]
  readonly controlMessages: readonly ControlMessage[]
  readonly contents: readonly Decoded<typeof content>[]
  readonly operations: readonly OperationBody[]
  readonly frames: readonly PeerFrame[]
  readonly answers: readonly MailboxAnswer[]
  readonly signals: readonly Signal[]
}

/** Values that one kind's grammar makes up, so that kinds which no world said are said too. */
const invented = <T>(kinds: readonly Kind[]): readonly T[] =>
  kinds.flatMap((kind) => {
    const codec = codecOfKind(kind)
    return [1, 2, 3].flatMap((seed) => {
      const made = decode(codec, inventEncoding(codec, seed))
      return made === undefined ? [] : [made as T]
    })
  })

export function materialOf(tape: Tape): Material {
  const plain = tape.opened.map((bytes) => unpad(bytes) ?? bytes)
  const read = <T>(codec: Parameters<typeof decode<T>>[0]): readonly T[] => plain.flatMap((bytes) => decode(codec, bytes) ?? [])
  const heard = read(letter).flat()
  const events = tape.events.map(({ event }) => event)
  const asked = events.flatMap((event) => (event.kind === 'requested' ? [event.what] : []))
  const frames = events.flatMap((event) => (event.kind === 'peerFrameReceived' ? (decode(peerFrame, event.frame) ?? []) : []))
  const answers = events.flatMap((event) => (event.kind === 'relayFrameReceived' ? (decode(mailboxAnswer, event.frame) ?? []) : []))
  const operations = [...read(operation), ...heard.flatMap((said) => (said.kind === 'operations' ? said.operations : []))]
  const contents = read(content)
  const signals = read(signal)
  const dictionary = dictionaryOf([...heard, ...frames, ...answers, ...operations, ...contents, ...signals, ...asked])
  return {
    dictionary,
    requests: [...asked, ...requestsOf(tape)],
    controlMessages: [...heard, ...invented<ControlMessage>(CONTROL_MESSAGE_KINDS)],
    contents,
    operations: [...operations.map(({ unsigned }) => unsigned.body), ...invented<OperationBody>(OPERATION_KINDS)],
    frames: [...frames, ...invented<PeerFrame>(PEER_FRAME_KINDS)],
    answers,
    signals,
  }
}

const requestsOf = ({ group, invite }: Tape): readonly EngineRequest[] => [
  { kind: 'send', group, text: 'text' },
  { kind: 'react', group, message: 'message', emoji: '👍' },
  { kind: 'readMessages', group, before: null, limit: 20 },
  { kind: 'messageDetails', group, message: 'message' },
  { kind: 'markRead', group },
  { kind: 'setDraft', group, text: 'draft' },
  { kind: 'createInvite', group },
  { kind: 'revokeInvites', group },
  { kind: 'join', invite },
  { kind: 'cancelJoin', group },
  { kind: 'removeMember', group, account: 'account' },
  { kind: 'setRole', group, account: 'account', role: 'admin' },
  { kind: 'leaveGroup', group, successor: null },
  { kind: 'forgetGroup', group },
  { kind: 'createGroup', title: 'Another' },
  { kind: 'lookAtRelay', group, address: '/ip4/127.0.0.1/tcp/4099/ws/p2p/12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaL1' },
]

/** One of them, often with a field or a few changed. */
export function variant<T>(items: readonly T[], dictionary: Dictionary, random: Random): T | undefined {
  let value: unknown = pickOf(random, items)
  if (value === undefined) return undefined
  while (random() < 0.55) value = changed(value, dictionary, random)
  return value as T
}

/** The bytes of what `act` encodes, or `undefined`: not everything that a change makes can be said. */
export function saidBy<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
