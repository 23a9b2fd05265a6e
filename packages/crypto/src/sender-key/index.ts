export * from './header-mask.ts'
export * from './open-envelope.ts'
export * from './own-sender-key.ts'
export * from './their-sender-key.ts'
