export { arePreKeysAhead, createPreKeyStore, refreshPreKeys, topUpPreKeys, withAllOut } from './generate-pre-keys.ts'
export {
  acceptedInitialMessageCodec,
  initialFloorCodec,
  lastingPreKeysCodec,
  oneTimeKemPreKeyCodec,
  oneTimePreKeyCodec,
  type PreKeyStore,
} from './pre-key-store.ts'
export { bundleFor, openPublication, preKeyPublicationOf, sealPublication, sharedBundleFor } from './publish-pre-keys.ts'
export type { PreKeyRejection } from './use-pre-keys.ts'
