/** What the messages of the streams hold. Nothing here names a person, an address, a peer or a time of arrival. */
import type { Claim } from '@sotto/mailbox'
import { type Decoded, LIMITS, fixedBytes, struct, uint32, uint48, uint8, varBytes, versioned, where } from '@sotto/wire'

/** Records of one retention expire in the order in which they were stored. The number of each is for ever. */
export const RETENTIONS = ['others', 'strangers', 'blobs'] as const
export type Retention = (typeof RETENTIONS)[number]

/** The number of a record's retention in its form. */
export const retentionOf = (claim: Claim): number => RETENTIONS.indexOf(claim === 'stranger' ? 'strangers' : claim === 'blob' ? 'blobs' : 'others')

/** A record of a mailbox. */
export const storedForm = versioned(
  1,
  struct({
    expiresMs: uint48,
    capability: uint32,
    /** Its place in `RETENTIONS`. */
    retention: where(uint8, (number) => number < RETENTIONS.length),
    dedupe: fixedBytes(32),
    body: varBytes(LIMITS.frameBytes),
  }),
)
export type StoredForm = Decoded<typeof storedForm>

/** Prekeys of an inbox but for its one-time ones, and the ids up to which one-time keys were taken: the next one's at least. */
export const publishedForm = versioned(
  1,
  struct({ expiresMs: uint48, nextOneTime: uint48, nextOneTimeKem: uint48, shared: varBytes(8192), lastResort: varBytes(2048) }),
)
export type PublishedForm = Decoded<typeof publishedForm>

/** A one-time key. `place` counts them in the order in which they are handed out, so that first and last tell how many are left. */
export const oneTimeForm = versioned(1, struct({ place: uint48, key: varBytes(2048) }))
