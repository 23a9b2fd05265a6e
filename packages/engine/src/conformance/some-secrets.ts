import type { ErasableSecrets } from '../vault/erasable-secrets.ts'

/** Secrets as a vault has them, the same for the same seed (0 to 255). */
export const someSecrets = (seed = 9): ErasableSecrets => ({
  lasting: new Uint8Array(32).fill(seed),
  newest: { secret: new Uint8Array(32).fill(seed ^ 1), sinceMs: 0 },
  older: null,
})
