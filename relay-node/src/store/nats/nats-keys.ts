/**
 * Prekeys in NATS: published by an inbox's owner, handed out once each. What fails rejects with `StoreAway` or `NoRoom`.
 *
 * A one-time key is a message, and is handed out by the relay whose deletion of it succeeds: deletions are in one order for all
 * servers. (Comparing and setting a revision is not: two have been seen to succeed with the same one.) All reading is the leader's.
 */
import { FULL_DISK_RETRY_MS, type KeysLeft, NO_KEYS, type StoreCommand, type StoreResult } from '@sotto/mailbox'
import { decode, encode } from '@sotto/wire'
import type { DiskBudget } from './disk-budget.ts'
import type { Place } from './layout.ts'
import type { Kept, NatsLink } from './nats-link.ts'
import { type PublishedForm, oneTimeForm, publishedForm } from './stored-forms.ts'

export interface NatsKeys {
  readonly publish: (place: Place, command: Extract<StoreCommand, { readonly kind: 'publishKeys' }>, nowMs: number) => Promise<StoreResult>
  readonly fetch: (place: Place, pop: boolean, nowMs: number) => Promise<StoreResult>
  readonly isPublished: (place: Place, nowMs: number) => Promise<boolean>
  readonly count: (place: Place, nowMs: number) => Promise<KeysLeft>
  readonly drop: (place: Place) => Promise<void>
}

interface Publication extends PublishedForm {
  readonly cursor: number
}

export function createNatsKeys(options: {
  readonly link: NatsLink
  readonly disk: DiskBudget
  readonly hasRecords: (place: Place) => Promise<boolean>
}): NatsKeys {
  const { link, disk, hasRecords } = options

  /** The newest, also one that has expired. */
  const newest = async (place: Place): Promise<Publication | null> => {
    const kept = await link.lastOfLeader(place.stream, place.publication)
    const form = kept === null ? undefined : decode(publishedForm, kept.data)
    return kept === null || form === undefined ? null : { ...form, cursor: kept.cursor }
  }

  const unexpired = (found: Publication | null, nowMs: number): Publication | null => (found !== null && found.expiresMs > nowMs ? found : null)
  const find = async (place: Place, nowMs: number): Promise<Publication | null> => unexpired(await newest(place), nowMs)

  const eraseOne = async (place: Place, kept: Kept): Promise<boolean> => {
    const isOurs = await link.erase(place.stream, kept.cursor)
    if (isOurs) disk.giveBack(kept.data.length)
    return isOurs
  }

  /** Erases a subject's messages below a cursor. */
  const clear = async (place: Place, subject: string, below = Infinity): Promise<void> => {
    for (let kept = await link.nextOfLeader(place.stream, subject, 1); kept !== null && kept.cursor < below;) {
      await eraseOne(place, kept)
      kept = await link.nextOfLeader(place.stream, subject, kept.cursor + 1)
    }
  }

  const clearOneTime = async (place: Place): Promise<void> => {
    await Promise.all([clear(place, place.oneTime), clear(place, place.oneTimeKem)])
  }

  const placeIn = (kept: Kept | null): number => (kept === null ? 0 : (decode(oneTimeForm, kept.data)?.place ?? 0))

  /** How many keys of a subject are left, and the last one's place. */
  const span = async (place: Place, subject: string): Promise<{ readonly left: number; readonly last: number }> => {
    const [first, last] = await Promise.all([link.nextOfLeader(place.stream, subject, 1), link.lastOfLeader(place.stream, subject)])
    if (first === null || last === null) return { left: 0, last: 0 }
    return { left: Math.max(1, placeIn(last) - placeIn(first) + 1), last: placeIn(last) }
  }

  const countOf = async (place: Place): Promise<KeysLeft> => {
    const [oneTime, oneTimeKem] = await Promise.all([span(place, place.oneTime), span(place, place.oneTimeKem)])
    return { published: true, oneTime: oneTime.left, oneTimeKem: oneTimeKem.left }
  }

  type Key = { readonly id: number; readonly key: Uint8Array }
  /** Those that are taken: with ids above all earlier ones, as far as there is room. */
  const taken = (keys: readonly Key[], nextId: number, room: number): readonly Key[] => {
    const chosen: Key[] = []
    let next = nextId
    for (const key of keys) {
      if (key.id < next || chosen.length >= room) continue
      chosen.push(key)
      next = key.id + 1
    }
    return chosen
  }

  /** Each under an id of its own, so that the same keys that come by two relays at once are stored once. */
  const put = (subject: string, last: number, keys: readonly Key[]): Promise<unknown> =>
    Promise.all(
      keys.map(async ({ id, key }, i) => {
        const data = encode(oneTimeForm, { place: last + i + 1, key })
        const { isDuplicate } = await link.publish(subject, data, `${subject} ${id}`)
        if (!isDuplicate) disk.take(data.length, 1)
      }),
    )

  const pop = async (place: Place, subject: string): Promise<Uint8Array | null> => {
    for (let kept = await link.nextOfLeader(place.stream, subject, 1); kept !== null;) {
      const form = decode(oneTimeForm, kept.data)
      if ((await eraseOne(place, kept)) && form !== undefined) return form.key
      kept = await link.nextOfLeader(place.stream, subject, kept.cursor + 1)
    }
    return null
  }

  return {
    publish: async (place, { replace, publication, expiresMs, mostKeys }, nowMs) => {
      const { shared, lastResort } = publication
      const known = await newest(place)
      const before = unexpired(known, nowMs)
      const bytes = shared.length + lastResort.length
      const allBytes = [...publication.oneTime, ...publication.oneTimeKem].reduce((sum, { key }) => sum + key.length, bytes)
      const isKnown = before !== null || !disk.isReserveReached(allBytes) || (await hasRecords(place))
      if (!isKnown || !disk.take(bytes, 1)) return { kind: 'refused', code: 'diskFull', retryAfterMs: FULL_DISK_RETRY_MS }
      // Where nothing is published nothing is cleared: another relay may be publishing the same keys.
      if (replace || (known !== null && before === null)) await clearOneTime(place)
      const [oneTime, oneTimeKem] = await Promise.all([span(place, place.oneTime), span(place, place.oneTimeKem)])
      const [nextOneTime, nextOneTimeKem] = [before?.nextOneTime ?? 0, before?.nextOneTimeKem ?? 0]
      const added = taken(publication.oneTime, nextOneTime, mostKeys - oneTime.left)
      const addedKem = taken(publication.oneTimeKem, nextOneTimeKem, mostKeys - oneTimeKem.left)
      const nextAfter = (keys: readonly Key[], next: number): number => (keys.at(-1)?.id ?? next - 1) + 1
      // The ids are used up before the keys are there: a relay that dies in between costs keys, and no key comes twice.
      const form = { expiresMs, shared, lastResort, nextOneTime: nextAfter(added, nextOneTime), nextOneTimeKem: nextAfter(addedKem, nextOneTimeKem) }
      const { cursor } = await link.publish(place.publication, encode(publishedForm, form))
      await put(place.oneTime, oneTime.last, added)
      await put(place.oneTimeKem, oneTimeKem.last, addedKem)
      await clear(place, place.publication, cursor)
      return { kind: 'keysLeft', left: await countOf(place) }
    },

    fetch: async (place, mayPop, nowMs) => {
      const found = await find(place, nowMs)
      if (found === null) return { kind: 'keys', keys: null, left: NO_KEYS }
      const [oneTime, kem] = mayPop ? await Promise.all([pop(place, place.oneTime), pop(place, place.oneTimeKem)]) : [null, null]
      const keys = { shared: found.shared, oneTime, kem: kem ?? found.lastResort }
      return { kind: 'keys', keys, left: await countOf(place) }
    },

    isPublished: async (place, nowMs) => (await find(place, nowMs)) !== null,
    count: async (place, nowMs) => ((await find(place, nowMs)) === null ? NO_KEYS : countOf(place)),

    drop: async (place) => {
      await clearOneTime(place)
      await clear(place, place.publication)
    },
  }
}
