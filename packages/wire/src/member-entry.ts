/** A person with devices, as an operation or a request to join brings them in (PROTOCOL §5). */
import { type Decoded, list, struct } from './codec.ts'
import { certificate, deviceList, inboxAddress } from './identity.ts'
import { LIMITS } from './limits.ts'

/** A member's device as the group knows it: who it is and where its letters go. */
export const memberDevice = struct({ certificate, inbox: inboxAddress })
export type MemberDevice = Decoded<typeof memberDevice>

/** A person with devices as an operation brings them in. The list names the account's devices, newest version. */
export const memberEntry = struct({ list: deviceList, devices: list(memberDevice, LIMITS.devicesPerAccount) })
export type MemberEntry = Decoded<typeof memberEntry>
