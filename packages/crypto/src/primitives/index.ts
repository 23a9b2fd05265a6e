export * from './primitives.ts'
export * from './libsodium.ts'
export * from './load-primitives.ts'
export * from './noble.ts'
