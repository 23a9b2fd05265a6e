/** Files in stories: what people attach, send and have, and every frame about files that leaves a device. */
import type { EngineReply, MessageView } from '@sotto/core'
import { FILE, type FileRow, type PeerFrame, peerFrame } from '@sotto/core/inside'
import { decode, encode, fromBase64url, toBase64url } from '@sotto/wire'
import { beginStory, type Person, type Story, type StoryOptions } from './story.ts'

/** People in one group, connected to each other; their relay keeps no files, so that each comes from members. */
export async function gathered(names: readonly string[], options: Partial<StoryOptions> = {}) {
  const story = await beginStory({ direct: true, relayLimits: { blobMailboxBytes: 0 }, ...options })
  const people = names.map((name) => story.enter(name)) as unknown as [Person, Person, ...Person[]]
  story.gather(...people)
  return { story, people }
}

/** Bytes that differ from place to place and from file to file. */
export function someBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = i * 31 + (i >> 8) * 7 + seed * 101
  return bytes
}

/** Whether it is these bytes. Comparing them one by one in a test takes seconds. */
export const isSame = (read: Uint8Array | string, bytes: Uint8Array): boolean => typeof read !== 'string' && Buffer.from(read).equals(bytes)

/** What one answer says, be it a refusal. */
export function answerTo(story: Story, person: Person, what: Parameters<Person['request']>[0], withinMs = 60_000): EngineReply | undefined {
  let answer: EngineReply | undefined
  person.request(what, (reply) => (answer = reply))
  story.msUntil(() => answer !== undefined, withinMs)
  return answer
}

/** Attaches a file whole. Returns what names it, or the code of the refusal. */
export function attach(
  story: Story,
  person: Person,
  bytes: Uint8Array,
  { group = story.group, name = 'notes.bin', mediaType = 'application/octet-stream' } = {},
): string {
  const begun = answerTo(story, person, { kind: 'attachFile', group, name, mediaType, sizeBytes: bytes.length })
  if (begun?.ok !== true) return begun?.rejection.code ?? 'no answer'
  const { file = '', pieceBytes = 0, pieces = 0 } = begun.value
  for (let piece = 0; piece < pieces; piece++) {
    const part = toBase64url(bytes.slice(piece * pieceBytes, (piece + 1) * pieceBytes))
    const taken = answerTo(story, person, { kind: 'attachPiece', group, file, piece, bytes: part })
    if (taken?.ok !== true) return taken?.rejection.code ?? 'no answer'
  }
  return file
}

/** Attaches files and sends them. Returns the message. */
export function sendFiles(story: Story, person: Person, text: string, ...contents: readonly Uint8Array[]): string {
  const files = contents.map((bytes) => attach(story, person, bytes))
  let message = ''
  story.ask(person, { kind: 'send', group: story.group, text, files }, (value) => (message = value.message ?? ''))
  return message
}

export const fileRow = (story: Story, person: Person, message: string, number = 0): FileRow | undefined =>
  person.rows.get(FILE, story.group, message, number.toString(36).padStart(10, '0'))

export const stateOf = (story: Story, person: Person, message: string, number = 0): FileRow['state'] | undefined =>
  person.alive ? fileRow(story, person, message, number)?.state : undefined

/** How long until all of them have it whole. */
export const msUntilWhole = (story: Story, message: string, people: readonly Person[], withinMs = 300_000): number =>
  story.msUntil(() => people.every((person) => stateOf(story, person, message) === 'whole'), withinMs)

/** A file as a page reads it, range by range; the code of a refusal. */
export function readAll(story: Story, person: Person, message: string, number = 0): Uint8Array | string {
  const parts: Uint8Array[] = []
  for (let at = 0; ; at += parts.at(-1)?.length ?? 0) {
    const read = answerTo(story, person, { kind: 'readFile', group: story.group, message, number, fromByte: at, toByte: Number.MAX_SAFE_INTEGER })
    if (read?.ok !== true) return read?.rejection.code ?? 'no answer'
    const bytes = fromBase64url(read.value.bytes ?? '') ?? new Uint8Array()
    if (bytes.length === 0) return new Uint8Array(Buffer.concat(parts))
    parts.push(bytes)
  }
}

/** The messages that a page shows. */
export function shown(story: Story, person: Person): readonly Extract<MessageView['body'], { readonly kind: 'text' }>[] {
  let messages: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, (value) => (messages = value.messages ?? []))
  return messages.flatMap(({ body }) => (body.kind === 'text' ? [body] : []))
}

type FileFrame = Extract<PeerFrame, { readonly kind: 'fileWanted' | 'fileHeld' | 'chunksWanted' | 'chunk' }>

export interface Sent {
  readonly by: string
  /** The receiver's peer id. */
  readonly to: string
  readonly frame: FileFrame
}

const isOfFiles = (frame: PeerFrame | undefined): frame is FileFrame =>
  frame?.kind === 'fileWanted' || frame?.kind === 'fileHeld' || frame?.kind === 'chunksWanted' || frame?.kind === 'chunk'

/** Every frame about files from now on. `change`: what leaves in its place; null: nothing. */
export function watchFiles(story: Story, change: (sent: Sent) => FileFrame | null = ({ frame }) => frame): Sent[] {
  const all: Sent[] = []
  const perform = story.network.perform.bind(story.network)
  story.network.perform = (by, effect) => {
    const frame = effect.kind === 'sendPeerFrame' ? decode(peerFrame, effect.frame) : undefined
    if (effect.kind !== 'sendPeerFrame' || !isOfFiles(frame)) return perform(by, effect)
    const sent = { by: by.name, to: effect.peer, frame }
    const changed = change(sent)
    if (changed === null) return
    all.push({ ...sent, frame: changed })
    perform(by, { ...effect, frame: encode(peerFrame, changed) })
  }
  return all
}

/** Virtual ms in which a person's line takes one chunk: some 10 Mbit/s. */
export const LINE_MS = 50

/** From now on each person's line takes one chunk at a time: each call lets one of each leave. */
export function limitUploads(story: Story): () => void {
  const perform = story.network.perform.bind(story.network)
  const waiting = new Map<string, (() => void)[]>()
  story.network.perform = (by, effect) => {
    const frame = effect.kind === 'sendPeerFrame' ? decode(peerFrame, effect.frame) : undefined
    if (frame?.kind !== 'chunk') return perform(by, effect)
    waiting.set(by.name, [...(waiting.get(by.name) ?? []), () => perform(by, effect)])
  }
  return () => {
    for (const line of waiting.values()) line.shift()?.()
  }
}

/** How many chunks of those that left went from one to another. */
export const chunksFrom = (sent: readonly Sent[], by: Person, to?: Person): number =>
  sent.filter((each) => each.frame.kind === 'chunk' && each.by === by.name && (to === undefined || each.to.startsWith(`${to.name}-`))).length
