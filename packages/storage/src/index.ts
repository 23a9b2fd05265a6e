export { createDexieVault } from './dexie-vault.ts'
export type { DexieVaultOptions } from './dexie-vault.ts'
export { assertStrictDurability, DurabilityNotStrict } from './dexie-tables.ts'
export { deleteOriginFile, overwriteOriginFile, readOriginFile } from './origin-file.ts'
