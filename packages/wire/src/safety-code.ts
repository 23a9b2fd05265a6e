/** What one person shows another as a picture, so that a device compares and no eye has to (PROTOCOL §1). Its text form is crypto's. */
import { type Decoded, fixedBytes, struct, versioned } from './codec.ts'
import { accountId } from './ids.ts'

export const safetyCode = versioned(
  1,
  struct({
    /** Whose device shows it. */
    shownBy: accountId,
    /** For whom it is. */
    shownTo: accountId,
    /** Hash of the device list of the one and of that which it knows of the other (`deviceListsHash`). */
    lists: fixedBytes(32),
  }),
)
export type SafetyCode = Decoded<typeof safetyCode>
