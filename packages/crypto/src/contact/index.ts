export * from './contact-link.ts'
export * from './contact-request.ts'
