/** A new profile: its vault, and its first rows. */
import type { Core, EngineReply, EngineRequest } from '@sotto/core'
import type { RowCipher } from './ports.ts'
import { readProfileRequest } from './profile-request.ts'
import { no, tooShort } from './replies.ts'
import { createVault, type OpenVault, type VaultDependencies } from './vault/vault.ts'

type CreateProfile = Extract<EngineRequest, { readonly kind: 'createProfile' }>

/** The open vault of the new profile, or why there is none. */
export async function makeProfile(core: Core, dependencies: VaultDependencies, request: CreateProfile): Promise<OpenVault | EngineReply> {
  const asked = readProfileRequest(request)
  if ('code' in asked) return { ok: false, rejection: asked }
  const fill = async (cipher: RowCipher): Promise<void> => {
    const storage = await dependencies.port.openStorage(cipher)
    try {
      await storage.commit(core.createProfile(asked.name, asked.relays, dependencies.nowMs()).writes)
    } finally {
      await storage.close()
    }
  }
  const made = await createVault(dependencies, request.passphrase, fill)
  if (made.code === 'created') return made.vault
  return made.code === 'passphraseTooShort' ? tooShort(made) : no(made.code)
}
