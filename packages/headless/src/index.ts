export * from './headless-peer.ts'
export * from './node-clock.ts'
