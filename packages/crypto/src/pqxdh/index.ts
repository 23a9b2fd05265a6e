export * from './accepted-bundle.ts'
export type { IntroductionRejection, RespondRejection } from './respond.ts'
