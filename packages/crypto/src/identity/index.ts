export * from './certificate.ts'
export * from './device-list.ts'
export * from './safety-code.ts'
export * from './safety-number.ts'
