/**
 * Files on their way into a conversation's composer: what this page knows of them beside the engine, which keeps those that are attached. It
 * lives as long as the page, so that a person may look at another conversation meanwhile.
 */
import { type Signal, signal } from '@preact/signals'
import type { RemovedKind } from '@sotto/pictures'
import type { App } from './app.ts'

/** What was done to a file before it was attached. */
export interface AttachedNote {
  /** As the person gave it, so that it can be attached again otherwise. */
  readonly original: File
  /** What was taken out of it. */
  readonly removed: readonly RemovedKind[]
  readonly isScaled: boolean
}

export interface Attaching {
  /** Names of files that are looked at and made ready. */
  readonly preparing: Signal<readonly string[]>
  /** By the name that the engine gave. */
  readonly notes: Signal<ReadonlyMap<string, AttachedNote>>
  /** Files that say things of their author that cannot be taken out, until the person says whether to attach them. */
  readonly doubted: Signal<readonly File[]>
  readonly error: Signal<string | null>
}

const OF_APPS = new WeakMap<App, Map<string, Attaching>>()

/** That of a group in a page. */
export function attachingIn(app: App, group: string): Attaching {
  const groups = OF_APPS.get(app) ?? new Map<string, Attaching>()
  OF_APPS.set(app, groups)
  const known = groups.get(group)
  if (known !== undefined) return known
  const made: Attaching = {
    preparing: signal<readonly string[]>([]),
    notes: signal<ReadonlyMap<string, AttachedNote>>(new Map()),
    doubted: signal<readonly File[]>([]),
    error: signal<string | null>(null),
  }
  groups.set(group, made)
  return made
}
