/** A browser that allows everything. */
import type { Platform } from '../../client/platform.ts'

export const playedPlatform: Platform = {
  mayNotify: () => Promise.resolve(true),
  askToNotify: () => Promise.resolve(true),
  storage: () => Promise.resolve({ usedBytes: 48_300_000, isKept: true }),
  askToKeep: () => Promise.resolve(true),
  handOver: () => Promise.resolve(null),
  choosingClosesPopup: false,
  openInTab: () => {},
  comeForward: () => Promise.resolve(),
}
