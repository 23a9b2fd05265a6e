/** A browser that allows everything. */
import type { Platform } from '../../client/platform.ts'

export const playedPlatform: Platform = {
  mayNotify: () => Promise.resolve(true),
  askToNotify: () => Promise.resolve(true),
  comeForward: () => Promise.resolve(),
}
