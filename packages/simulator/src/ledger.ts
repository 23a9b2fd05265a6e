/** What peers committed that invariants need: what was sealed and for whom, and every secret that they held. */
import { hasAll } from '@sotto/membership'
import { decode, type Decoded, equalBytes, fromBase64url, LIMITS, type OperationId, toBase64url } from '@sotto/wire'
import {
  contentBody,
  DIRECT_CHAT,
  GROUP,
  JOIN,
  KEY_RECIPIENT,
  MEMBERSHIP_LOG,
  messageRecord,
  ONE_TIME_KEM_PRE_KEY,
  ONE_TIME_PRE_KEY,
  OPERATION,
  OWN_INVITE,
  SECRET,
  SELF,
  SENT,
  Transaction,
} from '@sotto/core/inside'
import type { Writes } from '@sotto/engine'
import type { RunCounts } from './counts.ts'
import { saidWithContent } from './said-with.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** A sealed message: for whom, and whether its author showed it as sent. */
export interface Sealed {
  /** Its text; for a reaction a description. */
  readonly text: string
  /** The message of a reaction and when it was made; null: it is a text. */
  readonly beside: { readonly message: string; readonly revision: number; readonly timeMs: number; readonly counter: number } | null
  /** What it answers, whom it mentions, whether it is passed on; null: it is no text. */
  readonly saidWith: string | null
  /** What an edit or a deletion (`text` null) makes of a message; null: it is none. */
  readonly change: { readonly message: string; readonly text: string | null; readonly timeMs: number; readonly counter: number } | null
  /** Its id. */
  readonly id: string
  readonly author: SimulatedPeer
  /** By its author's clock. */
  readonly timeMs: number
  readonly epoch: string
  readonly keyId: number
  readonly iteration: number
  /** Devices. */
  readonly recipients: ReadonlySet<string>
  /** Heads of the log that its author had seen. */
  readonly frontier: readonly OperationId[]
  shownAsSent: boolean
  /** Peers that knew of their removal or departure, or had forgotten the group, when it was sealed, or after. They dropped their keys, and may be back. */
  readonly excused: Set<SimulatedPeer>
}

type Outgoing = Decoded<NonNullable<typeof SENT.codec>>
type Body = Decoded<typeof contentBody>
type Said = Extract<Body, { readonly kind: 'text' | 'reply' | 'forwarded' | 'file' }>

const isSaid = (body: Body): body is Said => body.kind === 'text' || body.kind === 'reply' || body.kind === 'forwarded' || body.kind === 'file'

/** The message that it answers. */
const answeredBy = (body: Said): Uint8Array | null => (body.kind === 'reply' ? body.message : body.kind === 'file' ? body.replyTo : null)

/** What a content says, in the words of the checks. */
function saidIn(sent: Outgoing, body: Body): Pick<Sealed, 'text' | 'beside' | 'change'> {
  const { said } = sent
  switch (body.kind) {
    case 'vanishing':
      return saidIn(sent, body.said)
    case 'text':
    case 'reply':
    case 'forwarded':
    case 'file':
    case 'forwardedFiles':
      return { text: body.text, beside: null, change: null }
    case 'displayName':
      return { text: body.name, beside: null, change: null }
    case 'profile':
      return { text: body.words, beside: null, change: null }
    case 'reaction':
      return {
        text: `“${body.emoji}” beside ${toBase64url(body.message)}`,
        beside: { ...said, message: toBase64url(body.message), revision: body.revision },
        change: null,
      }
    case 'edit':
      return { text: `“${body.text}” for ${toBase64url(body.message)}`, beside: null, change: { ...said, message: toBase64url(body.message), text: body.text } }
    case 'deletion':
      return { text: `no ${toBase64url(body.message)}`, beside: null, change: { ...said, message: toBase64url(body.message), text: null } }
  }
}

const ONE_TIME_KEYS: readonly string[] = [ONE_TIME_PRE_KEY.name, ONE_TIME_KEM_PRE_KEY.name]

/** What is said there is judged by `direct-chats.ts`. */
const isDirectChat = (peer: SimulatedPeer, group: string): boolean => new Transaction(peer.state).get(DIRECT_CHAT, group) !== undefined

export class Ledger {
  /** By envelope hash. */
  readonly sealed = new Map<string, Sealed>()
  /** Operations whose secret a peer held at any time. */
  readonly secretsOf = new Map<SimulatedPeer, Set<string>>()
  #shownAsSent = 0
  readonly #out = new Set<SimulatedPeer>()
  readonly #places = new Map<string, string>()
  /** The text of a message by its tag, and the tags that it names by its text. */
  readonly #tagged = new Map<string, string>()
  readonly #names = new Map<string, readonly string[]>()
  /** The operations that links name, by a link's text. */
  readonly #links = new Map<string, OperationId>()
  readonly #pasted = new Map<SimulatedPeer, string>()
  readonly #usedPreKeys = new Map<SimulatedPeer, Set<string>>()
  readonly #counts: RunCounts
  readonly #violate: (what: string) => void

  constructor(violate: (what: string) => void, counts: RunCounts) {
    this.#counts = counts
    this.#violate = violate
  }

  /** The texts that a message names: what its author had seen last, and what it answers. */
  readonly namedBy = (text: string): readonly string[] => (this.#names.get(text) ?? []).flatMap((tag) => this.#tagged.get(tag) ?? [])

  /** Returns whether a message shows as sent that did not before. */
  note(peer: SimulatedPeer, writes: Writes, isForgetful: boolean): boolean {
    const before = this.#shownAsSent
    for (const { key, value } of writes.rows) {
      const table = key.slice(0, key.indexOf('/'))
      if (!isForgetful && ONE_TIME_KEYS.includes(table)) this.#notePreKey(peer, key, value === null)
      if (value === null && table === JOIN.name) this.#noteEntered(peer, key.split('/')[1] ?? '')
      if (value === null) continue
      if (table === OWN_INVITE.name) this.#noteLink(key, value)
      else if (table === JOIN.name) this.#noteJoin(peer, value)
      else if (table === SENT.name) this.#noteSealed(peer, key, value, writes)
      else if (table === GROUP.name && !isDirectChat(peer, key.split('/')[1] ?? '')) this.#noteState(peer, value)
      else if (table === SECRET.name) this.#noteSecret(peer, key)
      else if (table === OPERATION.name) this.#noteOperation(peer, value)
    }
    for (const { history, value } of writes.histories) {
      const record: Decoded<typeof messageRecord> | undefined = history.startsWith('messages/') && value !== null ? decode(messageRecord, value) : undefined
      if (record?.own !== true || (record.state !== 'sent' && record.state !== 'delivered')) continue
      const entry = this.sealed.get(toBase64url(record.envelope))
      if (entry !== undefined) this.#noteShown(entry)
    }
    return this.#shownAsSent > before
  }

  #noteShown(entry: Sealed): void {
    if (!entry.shownAsSent) this.#shownAsSent++
    entry.shownAsSent = true
  }

  #noteSealed(peer: SimulatedPeer, key: string, value: Uint8Array, writes: Writes): void {
    const sent = SENT.codec === null ? undefined : decode(SENT.codec, value)
    const body = sent === undefined ? undefined : decode(contentBody, sent.body)
    const [, group = '', epoch = '', keyId = '', iteration = ''] = key.split('/')
    if (sent === undefined || body === undefined || body.kind === 'displayName' || body.kind === 'profile' || isDirectChat(peer, group)) return
    const hash = toBase64url(sent.envelope)
    const place = `${peer.name} ${epoch} ${keyId} ${iteration}`
    const before = this.#places.get(place)
    if (before !== undefined && before !== hash) this.#violate(`I1: ${place} sealed twice`)
    this.#places.set(place, hash)
    const said = body.kind === 'vanishing' ? body.said : body
    if (isSaid(said)) this.#noteNames(sent, said)
    if (body.kind === 'vanishing') return
    if (!this.sealed.has(hash)) {
      const prefix = `${KEY_RECIPIENT.name}/${group}/${epoch}/${keyId}/`
      const sealedAt = Number.parseInt(iteration, 36)
      const recipients = new Set<string>()
      for (const { key: name, value: row } of writes.rows) {
        const keyRecipient = !name.startsWith(prefix) || row === null || KEY_RECIPIENT.codec === null ? undefined : decode(KEY_RECIPIENT.codec, row)
        // A member that was admitted right after, in the same turn, has the key from the next message on.
        if (keyRecipient !== undefined && keyRecipient.fromIteration <= sealedAt) recipients.add(name.split('/')[4] ?? '')
      }
      for (const each of new Transaction(peer.state).scan(KEY_RECIPIENT, group, epoch, keyId))
        if (each.value.fromIteration <= sealedAt) recipients.add(each.key[3] ?? '')
      this.sealed.set(hash, {
        ...saidIn(sent, body),
        id: sent.message,
        saidWith: saidWithContent(body),
        author: peer,
        timeMs: sent.writtenMs,
        epoch,
        keyId: Number(keyId),
        iteration: sealedAt,
        recipients,
        frontier: sent.frontier,
        shownAsSent: false,
        excused: new Set(this.#out),
      })
    }
    const entry = this.sealed.get(hash)
    if (entry !== undefined && sent.state === 'sent') this.#noteShown(entry)
  }

  #noteNames({ message, said }: Outgoing, body: Said): void {
    const tagOf = (id: Uint8Array): string => toBase64url(id.slice(0, LIMITS.messageTagBytes))
    this.#tagged.set(tagOf(fromBase64url(message) ?? new Uint8Array()), body.text)
    const answered = answeredBy(body)
    this.#names.set(body.text, [...said.seen, ...(answered === null ? [] : [answered])].map(tagOf))
  }

  #noteState(peer: SimulatedPeer, value: Uint8Array): void {
    const group = GROUP.codec === null ? undefined : decode(GROUP.codec, value)
    if (group?.state === 'member') this.#out.delete(peer)
    if (group === undefined || group.state === 'member') return
    this.forgot(peer)
  }

  /** The peer's person forgot the group; as a joiner it may have been let in already, and had no row of the group then. */
  forgot(peer: SimulatedPeer): void {
    this.#out.add(peer)
    for (const entry of this.sealed.values()) entry.excused.add(peer)
  }

  #noteOperation(peer: SimulatedPeer, value: Uint8Array): void {
    const operation = OPERATION.codec === null ? undefined : decode(OPERATION.codec, value)
    if (operation?.unsigned.body.kind !== 'acknowledge') return
    const own = new Transaction(peer.state).first(SELF)?.value.device
    if (own !== undefined && equalBytes(operation.unsigned.device, own)) this.#counts.acknowledgements++
  }

  #noteSecret(peer: SimulatedPeer, key: string): void {
    const known = this.secretsOf.get(peer) ?? new Set()
    known.add(key.split('/')[2] ?? '')
    this.secretsOf.set(peer, known)
  }

  #noteLink(key: string, value: Uint8Array): void {
    const link = OWN_INVITE.codec === null ? undefined : decode(OWN_INVITE.codec, value)
    if (link !== undefined) this.#links.set(link.text, (fromBase64url(key.split('/')[2] ?? '') ?? new Uint8Array()) as OperationId)
  }

  #noteJoin(peer: SimulatedPeer, value: Uint8Array): void {
    const join = JOIN.codec === null ? undefined : decode(JOIN.codec, value)
    if (join !== undefined) this.#pasted.set(peer, join.invite)
  }

  /** An operation is in a log with all that its author had: so it is enough that the link's is there. */
  #noteEntered(peer: SimulatedPeer, group: string): void {
    const transaction = new Transaction(peer.state)
    const [log, named] = [transaction.get(MEMBERSHIP_LOG, group), this.#links.get(this.#pasted.get(peer) ?? '')]
    if (transaction.get(GROUP, group)?.state !== 'member' || log === undefined || named === undefined) return
    if (!hasAll(log, [named])) this.#violate(`I27: ${peer.name} entered by a link, and has not all that its inviter had`)
  }

  /** A missing one-time prekey was used, or is too old: it never comes back. */
  #notePreKey(peer: SimulatedPeer, key: string, isGone: boolean): void {
    const used = this.#usedPreKeys.get(peer) ?? new Set<string>()
    this.#usedPreKeys.set(peer, used)
    if (isGone) used.add(key)
    else if (used.has(key)) this.#violate(`I9: a one-time prekey of ${peer.name} came back`)
  }
}
