/**
 * Files that a page draws or plays: read whole, looked at, and given to the browser as a Blob of a checked type. One that nothing shows any
 * more is let go of a little later, and all of them once the vault is locked.
 */
import { effect } from '@preact/signals'
import type { App } from '../state/app.ts'
import { type FilePlace, keyOfPlace } from './file-place.ts'
import { NotRead, stretchesOf } from './read-file.ts'
import type { TypeOf } from './type-of.ts'

/** So many are read at a time: a screen full of pictures leaves the engine time for messages. */
const READ_AT_ONCE = 2
/** A person scrolls back soon, or not, ms. A guess. */
const KEPT_MS = 10_000

/** `other`: it is not what it is said to be. `unread`: the reading stopped, and `sentence` says why. */
export type Address = { readonly kind: 'shown'; readonly address: string } | { readonly kind: 'other' } | { readonly kind: 'unread'; readonly sentence: string }

interface Held {
  users: number
  isEnded: boolean
  address: string | null
  readonly found: Promise<Address>
}

export interface Addresses {
  /** Gives a file's address and holds it until `release`. */
  readonly take: (place: FilePlace, sizeBytes: number, typeOf: TypeOf) => Promise<Address>
  readonly release: (place: FilePlace) => void
}

const OTHER: Address = { kind: 'other' }

function addressesFor(app: App): Addresses {
  const held = new Map<string, Held>()
  const waiting: (() => void)[] = []
  let reading = 0

  const end = (key: string, each: Held): void => {
    if (held.get(key) === each) held.delete(key)
    each.isEnded = true
    if (each.address !== null) URL.revokeObjectURL(each.address)
    each.address = null
  }
  // Nothing readable outlives the lock.
  effect(() => {
    if (app.view.value.phase !== 'ready') for (const [key, each] of held) end(key, each)
  })

  const turn = async <T>(act: () => Promise<T>): Promise<T> => {
    if (reading >= READ_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    reading++
    try {
      return await act()
    } finally {
      reading--
      waiting.shift()?.()
    }
  }
  const read = async (place: FilePlace, sizeBytes: number, typeOf: TypeOf, isEnded: () => boolean): Promise<Blob | Address> => {
    const bytes = new Uint8Array(sizeBytes)
    let at = 0
    for await (const stretch of stretchesOf(app.request, place, sizeBytes)) {
      if (isEnded() || (at === 0 && typeOf.first(stretch) === null)) return OTHER
      bytes.set(stretch, at)
      at += stretch.length
    }
    const type = typeOf.whole(bytes)
    return type === null ? OTHER : new Blob([bytes], { type })
  }
  const found = async (place: FilePlace, sizeBytes: number, typeOf: TypeOf, each: () => Held): Promise<Address> => {
    try {
      const blob = await turn(() => read(place, sizeBytes, typeOf, () => each().isEnded))
      if (!(blob instanceof Blob)) return blob
      if (each().isEnded) return OTHER
      const address = URL.createObjectURL(blob)
      each().address = address
      return { kind: 'shown', address }
    } catch (fault) {
      if (fault instanceof NotRead) return { kind: 'unread', sentence: fault.sentence }
      throw fault
    }
  }

  return {
    take: (place, sizeBytes, typeOf) => {
      const key = keyOfPlace(place)
      const known = held.get(key)
      if (known !== undefined) {
        known.users++
        return known.found
      }
      const each: Held = { users: 1, isEnded: false, address: null, found: Promise.resolve().then(() => found(place, sizeBytes, typeOf, () => each)) }
      held.set(key, each)
      return each.found
    },
    release: (place) => {
      const key = keyOfPlace(place)
      const each = held.get(key)
      if (each === undefined) return
      each.users--
      setTimeout(() => {
        if (each.users === 0) end(key, each)
      }, KEPT_MS)
    },
  }
}

const OF_APPS = new WeakMap<App, Addresses>()

/** Those of a page. */
export function addressesOf(app: App): Addresses {
  const known = OF_APPS.get(app)
  if (known !== undefined) return known
  const made = addressesFor(app)
  OF_APPS.set(app, made)
  return made
}
