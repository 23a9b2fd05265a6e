export { createFileVault } from './file-vault.ts'
export type { FileVaultOptions } from './file-vault.ts'
