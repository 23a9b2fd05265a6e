export * from './credentials.ts'
export * from './client/mailbox-client.ts'
export * from './client/create-client.ts'
