export * from './range-set.ts'
export * from './missing.ts'
export { FIRST_DEVICE, LAST_DEVICE, pagesOf, type ReceivedPage } from './received-pages.ts'
