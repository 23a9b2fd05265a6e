/** A relay that works with one of its clients: what it shows that client, and whose records it passes on in others' mailboxes. */
import type { RelayDelivery } from '@sotto/mailbox'
import { encode, type MailboxAnswer, mailboxAnswer } from '@sotto/wire'
import type { SeededRandom } from '../seeded-random.ts'

/** Records of others that are kept for the client, and records of its own that are passed on. */
const MOST_SHOWN = 3_000
const MOST_PASSED = 200

type Pushed = Extract<MailboxAnswer, { readonly kind: 'pushed' }>

export class Collusion {
  /** Its client's host. */
  readonly client: string
  /** Everything that came to the relay since, and that it handed out. */
  readonly shown: Uint8Array[] = []
  readonly #own: Uint8Array[] = []
  /** Where the client takes pushes. */
  #place: { readonly connection: number; readonly handle: number } | null = null
  readonly #random: SeededRandom

  constructor(client: string, random: SeededRandom) {
    this.client = client
    this.#random = random
  }

  /** A client leaves a record, whether or not there is room for it. */
  appended(host: string | undefined, body: Uint8Array): void {
    if (host !== this.client) return this.#show(body)
    this.#own.push(body)
    if (this.#own.length > MOST_PASSED) this.#own.shift()
  }

  opened(connection: number, host: string | undefined, handle: number): void {
    if (host === this.client) this.#place = { connection, handle }
  }

  disconnected(connection: number): void {
    if (this.#place?.connection === connection) this.#place = null
  }

  /** What goes out beside a record that is pushed to another: one of the client's own before it, and the record to the client. */
  pushed(
    connection: number,
    host: string | undefined,
    { handle, cursor, body }: Pushed,
  ): { readonly before: readonly RelayDelivery[]; readonly after: readonly RelayDelivery[] } {
    if (host === this.client) return { before: [], after: [] }
    this.#show(body)
    const own = this.#own.length > 0 && this.#random.chance(0.4) ? this.#random.pick(this.#own) : null
    return {
      // A client takes no record after a later one.
      before: own === null ? [] : [frame(connection, { kind: 'pushed', handle, cursor: cursor - 1, capability: null, body: own })],
      after: this.#place === null ? [] : [frame(this.#place.connection, { kind: 'pushed', handle: this.#place.handle, cursor, capability: null, body })],
    }
  }

  #show(body: Uint8Array): void {
    if (this.shown.length < MOST_SHOWN) this.shown.push(body)
  }
}

const frame = (connection: number, answer: MailboxAnswer): RelayDelivery => ({ kind: 'frame', connection, frame: encode(mailboxAnswer, answer) })
