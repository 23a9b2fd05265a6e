export * from './accepted-bundle.ts'
export type { RespondRejection } from './respond.ts'
