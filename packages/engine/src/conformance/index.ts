export * from './storage-conformance.ts'
export * from './erasable-key-conformance.ts'
export * from './network-conformance.ts'
export * from './some-secrets.ts'
