export * from './range-set.ts'
export * from './missing.ts'
export { FIRST_DEVICE, type HeldPage, LAST_DEVICE, pagesOf } from './held-pages.ts'
