export * from './storage-conformance.ts'
