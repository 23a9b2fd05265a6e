export * from './invite-keys.ts'
export * from './invite-text.ts'
export * from './join-request.ts'
export * from './join-withdrawal.ts'
