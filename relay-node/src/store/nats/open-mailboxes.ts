/**
 * The mailboxes that this relay has to do with: those that it watches for its clients, and those whose records it has
 * indexed because it appends or deletes there. Both listen to the same subjects, one subscription for each mailbox.
 */
import type { Subscription } from '@nats-io/transport-node'
import { type RelayWord, type StoreNotice, relayWord } from '@sotto/mailbox'
import { type MailboxId, decode, encode, toBase64url, uint48 } from '@sotto/wire'
import { type Place, placeOf } from './layout.ts'
import { type MailboxIndex, createMailboxIndex } from './mailbox-index.ts'
import type { NatsLink } from './nats-link.ts'
import { StoreAway } from './store-faults.ts'
import { storedForm } from './stored-forms.ts'

export interface OpenMailboxes {
  readonly placeOf: (mailbox: MailboxId) => Place
  /** The index of a mailbox, read from the servers where it is not here. `freshMs`: read again if that was longer ago. */
  readonly indexOf: (place: Place, freshMs?: number) => Promise<MailboxIndex>
  /** What this relay knows of the mailbox may be wrong. */
  readonly forget: (place: Place) => void
  /** Records up to this cursor are gone: other relays that have an index forget them. */
  readonly sayGone: (place: Place, upTo: number) => void
  readonly watch: (mailbox: MailboxId, isWatched: boolean) => void
  readonly tell: (mailbox: MailboxId, word: RelayWord) => void
  /** A record of ours is stored. Subscribers are told of it soon, also if the server's word of it is lost. */
  readonly onStored: (place: Place, cursor: number) => void
  /** A watched mailbox could not be read: its readers try again later. */
  readonly tryLater: (place: Place) => void
  /** Notices were missed. `isBack`: the servers are there again. */
  readonly onMissed: (isBack: boolean) => void
  readonly close: () => void
}

interface Open {
  readonly place: Place
  readonly subscription: Subscription
  isWatched: boolean
  index: MailboxIndex | null
  loading: Promise<MailboxIndex> | null
  /** Notices that came while it was being read. */
  early: Heard[]
  /** The newest cursor that was heard of, and up to which the index has all. */
  heardUpTo: number
  indexedUpTo: number
  readMs: number
  usedMs: number
  lookedMs: number
}

interface Heard {
  readonly cursor: number
  readonly previous: number
  /** Under which it was published: mostly the text of its dedupe value. */
  readonly id: string
  readonly data: Uint8Array
}

/** An index that nobody needed for so long is forgotten. A guess. */
const INDEX_KEPT_MS = 10 * 60_000
/** Records in all indexes together, beyond which the longest unused go first. A guess: some 200 bytes each. */
const INDEXED_MOST = 500_000
/** The server says what it stored about when it acknowledges it. Later than this the word is lost. A guess. */
const HEARD_WITHIN_MS = 250
/** Each watched mailbox is looked at soon after it was, and then again and again: a word of the server's may be lost with it. Guesses. */
const FIRST_LOOK_MS = 1_500
const LOOK_EVERY_MS = 60_000
const ROUND_MS = 2_000
/** After the servers did not answer. A guess. */
const LATER_MS = 1_000

export function createOpenMailboxes(link: NatsLink, partitions: number, onNotice: (notice: StoreNotice) => void): OpenMailboxes {
  const byName = new Map<string, Open>()
  let isClosed = false

  const dropIndex = (open: Open): void => {
    open.index = null
    open.loading = null
    open.early = []
    closeUnused(open)
  }
  const closeUnused = (open: Open): void => {
    if (open.isWatched || open.index !== null || open.loading !== null) return
    open.subscription.unsubscribe()
    byName.delete(open.place.name)
  }

  const intoIndex = (open: Open, index: MailboxIndex, { cursor, previous, id, data }: Heard): void => {
    if (cursor <= open.indexedUpTo) return
    // Of our own records all is known but where they are.
    const ours = index.find(id)
    if (ours !== undefined && ours.stored !== null && (ours.cursor === 0 || ours.cursor === cursor) && previous <= open.indexedUpTo) {
      open.indexedUpTo = cursor
      ours.cursor = cursor
      return
    }
    const form = decode(storedForm, data)
    if (previous > open.indexedUpTo || form === undefined) {
      dropIndex(open)
      return
    }
    open.indexedUpTo = cursor
    const dedupe = toBase64url(form.dedupe)
    const own = index.find(dedupe)
    if (own !== undefined && own.cursor === 0) own.cursor = cursor
    else index.add({ dedupe, capability: form.capability, bytes: form.body.length, expiresMs: form.expiresMs, cursor, stored: null })
  }

  const onStoredWord = (open: Open, heard: Heard): void => {
    open.heardUpTo = Math.max(open.heardUpTo, heard.cursor)
    if (open.index !== null) intoIndex(open, open.index, heard)
    else if (open.loading !== null) open.early.push(heard)
    if (!open.isWatched) return
    const form = decode(storedForm, heard.data)
    const { mailbox } = open.place
    if (form === undefined) return
    const { cursor, previous } = heard
    onNotice({ kind: 'appended', mailbox, cursor, previous, capability: form.capability === 0 ? null : form.capability, body: form.body })
  }

  const onGoneWord = (open: Open, data: Uint8Array): void => {
    const upTo = decode(uint48, data)
    // What is being read may or may not have them any more.
    if (open.loading !== null) dropIndex(open)
    else if (upTo !== undefined) for (const record of open.index?.upTo(upTo) ?? []) open.index?.remove(record)
    onNotice({ kind: 'freed', mailbox: open.place.mailbox })
  }

  const openAt = (place: Place): Open => {
    const known = byName.get(place.name)
    if (known !== undefined) return known
    const subscription = link.listen(place.noticesOf('*'), (subject, data, header) => {
      const open = byName.get(place.name)
      if (open === undefined) return
      if (subject === place.noticesOf('n')) {
        const [cursor, previous] = [Number(header('Nats-Sequence')), Number(header('Nats-Last-Sequence'))]
        onStoredWord(open, { cursor, previous, id: header('Nats-Msg-Id'), data })
      } else if (subject === place.noticesOf('g')) {
        onGoneWord(open, data)
      } else if (open.isWatched) {
        const word = decode(relayWord, data)
        if (word !== undefined) onNotice({ kind: 'told', mailbox: place.mailbox, word })
      }
    })
    const nowMs = performance.now()
    const open: Open = {
      place,
      subscription,
      isWatched: false,
      index: null,
      loading: null,
      early: [],
      heardUpTo: 0,
      indexedUpTo: 0,
      readMs: 0,
      usedMs: nowMs,
      lookedMs: nowMs,
    }
    byName.set(place.name, open)
    return open
  }

  /** The subscription is there first, so that nothing falls between what is read and what is heard. */
  const load = async (open: Open): Promise<MailboxIndex> => {
    const index = createMailboxIndex()
    const { stream, records } = open.place
    let upTo = 0
    for (let kept = await link.nextOfLeader(stream, records, 1); kept !== null; kept = await link.nextOfLeader(stream, records, upTo + 1)) {
      upTo = kept.cursor
      const form = decode(storedForm, kept.data)
      if (form === undefined) continue
      const { capability, expiresMs, body } = form
      index.add({ dedupe: toBase64url(form.dedupe), capability, bytes: body.length, expiresMs, cursor: upTo, stored: null })
    }
    open.indexedUpTo = upTo
    return index
  }

  const startLoading = (open: Open): Promise<MailboxIndex> => {
    open.index = null
    open.early = []
    const loading = load(open).then(
      (index) => {
        // Notices were missed meanwhile, or records went: it is not known to be whole.
        if (open.loading !== loading) throw new StoreAway('the mailbox changed while it was read')
        const { early } = open
        open.loading = null
        open.early = []
        open.index = index
        open.readMs = performance.now()
        for (const heard of early) if (open.index === index) intoIndex(open, index, heard)
        return index
      },
      (fault: unknown) => {
        if (open.loading === loading) dropIndex(open)
        throw fault
      },
    )
    open.loading = loading
    return loading
  }

  const look = async (open: Open): Promise<void> => {
    open.lookedMs = performance.now()
    try {
      const last = await link.lastOfLeader(open.place.stream, open.place.records)
      if (last !== null && open.isWatched && !isClosed) onNotice({ kind: 'unsure', mailbox: open.place.mailbox, upTo: last.cursor })
    } catch {
      // The next round looks again.
    }
  }

  const round = setInterval(() => {
    const nowMs = performance.now()
    let indexed = 0
    for (const open of byName.values()) {
      if (open.index !== null && nowMs - open.usedMs > INDEX_KEPT_MS) dropIndex(open)
      indexed += open.index?.size() ?? 0
      if (open.isWatched && link.isUp() && nowMs - open.lookedMs > LOOK_EVERY_MS) void look(open)
    }
    if (indexed <= INDEXED_MOST) return
    for (const open of [...byName.values()].sort((a, b) => a.usedMs - b.usedMs)) {
      indexed -= open.index?.size() ?? 0
      if (open.index !== null) dropIndex(open)
      if (indexed <= INDEXED_MOST) return
    }
  }, ROUND_MS)
  round.unref()

  const later = (waitMs: number, work: () => void): void => {
    setTimeout(() => {
      if (!isClosed) work()
    }, waitMs).unref()
  }

  return {
    placeOf: (mailbox) => placeOf(mailbox, partitions),
    indexOf: async (place, freshMs = Infinity) => {
      const open = openAt(place)
      open.usedMs = performance.now()
      if (open.index !== null && open.usedMs - open.readMs <= freshMs) return open.index
      return open.loading ?? startLoading(open)
    },
    forget: (place) => {
      const open = byName.get(place.name)
      if (open !== undefined) dropIndex(open)
    },
    sayGone: (place, upTo) => link.say(place.noticesOf('g'), encode(uint48, Math.min(upTo, 2 ** 48 - 1))),
    watch: (mailbox, isWatched) => {
      const place = placeOf(mailbox, partitions)
      if (!isWatched && !byName.has(place.name)) return
      const open = openAt(place)
      open.isWatched = isWatched
      if (isWatched) later(FIRST_LOOK_MS, () => void (open.isWatched && look(open)))
      else closeUnused(open)
    },
    tell: (mailbox, word) => link.say(placeOf(mailbox, partitions).noticesOf('w'), encode(relayWord, word)),
    onStored: (place, cursor) => {
      const open = byName.get(place.name)
      if (open === undefined || !open.isWatched || open.heardUpTo >= cursor) return
      later(HEARD_WITHIN_MS, () => {
        if (open.heardUpTo < cursor) onNotice({ kind: 'unsure', mailbox: place.mailbox, upTo: cursor })
      })
    },
    tryLater: (place) => {
      const open = byName.get(place.name)
      if (open?.isWatched === true) later(LATER_MS, () => onNotice({ kind: 'unsure', mailbox: place.mailbox, upTo: Infinity }))
    },
    onMissed: (isBack) => {
      const all = [...byName.values()]
      for (const open of all) {
        dropIndex(open)
        if (isBack && open.isWatched) onNotice({ kind: 'unsure', mailbox: open.place.mailbox, upTo: Infinity })
      }
    },
    close: () => {
      isClosed = true
      clearInterval(round)
      for (const open of byName.values()) open.subscription.unsubscribe()
      byName.clear()
    },
  }
}
