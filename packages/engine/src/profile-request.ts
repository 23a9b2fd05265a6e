/** What a person enters to create a profile, as the machine takes it. */
import { type EngineRequest, nameRejection, type Rejection, relayRejection } from '@sotto/core'
import { LIMITS, readName, readRelayAddress } from '@sotto/wire'

type CreateProfile = Extract<EngineRequest, { readonly kind: 'createProfile' }>

/** The name and the relays' addresses, or why not. */
export function readProfileRequest(request: CreateProfile): { readonly name: string; readonly relays: readonly string[] } | Rejection {
  const named = readName(request.name)
  if ('code' in named) return nameRejection(named, 'nameEmpty', 'nameTooLong')
  const read = request.relays.filter((each) => each.trim() !== '').map(readRelayAddress)
  if (read.length > LIMITS.relays) return { code: 'tooManyRelays', numbers: { limit: LIMITS.relays } }
  for (const each of read) if ('code' in each) return relayRejection(each)
  return { name: named.name, relays: read.flatMap((each) => ('code' in each ? [] : each.address)) }
}
