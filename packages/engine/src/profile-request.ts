/** What a person enters to create a profile, as the machine takes it. */
import { type EngineRequest, type Rejection, relayRejection } from '@sotto/core'
import { LIMITS, readRelayAddress, showsSomething, utf8 } from '@sotto/wire'

type CreateProfile = Extract<EngineRequest, { readonly kind: 'createProfile' }>

/** The name and the relays' addresses, or why not. */
export function readProfileRequest(request: CreateProfile): { readonly name: string; readonly relays: readonly string[] } | Rejection {
  const name = request.name.trim()
  const length = utf8(name).length
  if (!showsSomething(name)) return { code: 'nameEmpty', numbers: {} }
  if (length > LIMITS.nameBytes) return { code: 'nameTooLong', numbers: { length, limit: LIMITS.nameBytes } }
  const read = request.relays.filter((each) => each.trim() !== '').map(readRelayAddress)
  if (read.length > LIMITS.relays) return { code: 'tooManyRelays', numbers: { limit: LIMITS.relays } }
  for (const each of read) if ('code' in each) return relayRejection(each)
  return { name, relays: read.flatMap((each) => ('code' in each ? [] : each.address)) }
}
