export * from './epoch-keys.ts'
export * from './epoch-proof.ts'
export * from './epoch-secret.ts'
export * from './sealed-record.ts'
