export * from './api.ts'
export * from './log.ts'
export * from './network.ts'
