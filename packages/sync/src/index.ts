export * from './range-set.ts'
export * from './missing.ts'
