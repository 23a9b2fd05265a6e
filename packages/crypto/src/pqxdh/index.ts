export * from './agreement.ts'
export * from './initiate.ts'
export * from './respond.ts'
