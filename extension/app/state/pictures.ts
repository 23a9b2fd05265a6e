/**
 * Pictures of people and groups while the page lives. The view names them, the engine gives their bytes once, and the browser draws them from
 * memory as a picture of an allowed type. Whatever goes wrong leaves initials.
 */
import { type ReadonlySignal, computed, effect, type Signal, signal } from '@preact/signals'
import type { EngineView, PictureView } from '@sotto/engine/api'
import type { EngineClient } from '../../client/engine-client.ts'

const TYPES: readonly PictureView['type'][] = ['image/png', 'image/jpeg', 'image/webp']

export interface Pictures {
  /** The name of the picture of an account or a group; null: it has none. */
  readonly of: (id: string) => string | null
  /** Where the browser has it; null: not yet, or never. */
  readonly address: (picture: string) => ReadonlySignal<string | null>
  /** The browser could not draw it. */
  readonly failed: (picture: string) => void
}

interface PicturesOptions {
  readonly view: ReadonlySignal<EngineView>
  readonly request: EngineClient['request']
  /** Makes an address of a picture, and takes it back. */
  readonly toAddress?: (picture: Blob) => string
  readonly endAddress?: (address: string) => void
}

export function createPictures({
  view,
  request,
  toAddress = (picture) => URL.createObjectURL(picture),
  endAddress = (address) => URL.revokeObjectURL(address),
}: PicturesOptions): Pictures {
  const names = computed(() => {
    const { profile, groups } = view.value
    const people = groups.flatMap((group) => [[group.id, group.picture] as const, ...group.members.map(({ account, picture }) => [account, picture] as const)])
    return new Map(profile === null ? people : [...people, [profile.account, profile.picture] as const])
  })
  const addresses = new Map<string, Signal<string | null>>()

  // Nothing readable outlives the lock.
  effect(() => {
    if (view.value.phase === 'ready') return
    for (const address of addresses.values()) if (address.peek() !== null) endAddress(address.peek() ?? '')
    addresses.clear()
  })

  const load = async (picture: string, address: Signal<string | null>): Promise<void> => {
    try {
      const reply = await request({ kind: 'readPicture', picture })
      const found = reply.ok ? reply.value.picture : undefined
      if (found !== undefined && TYPES.includes(found.type) && addresses.get(picture) === address)
        address.value = toAddress(new Blob([bytesOf(found.bytes)], { type: found.type }))
    } catch {
      // The engine is away. Initials are there.
      addresses.delete(picture)
    }
  }
  return {
    of: (id) => names.value.get(id) ?? null,
    address: (picture) => {
      const known = addresses.get(picture)
      if (known !== undefined) return known
      const address = signal<string | null>(null)
      addresses.set(picture, address)
      void load(picture, address)
      return address
    },
    failed: (picture) => {
      const address = addresses.get(picture)
      if (address === undefined || address.peek() === null) return
      endAddress(address.peek() ?? '')
      address.value = null
    },
  }
}

/** Base64url. Throws where it is none. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.codePointAt(0) ?? 0)

export const textOfBytes = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
