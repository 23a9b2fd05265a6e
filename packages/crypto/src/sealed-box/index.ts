export * from './sealed-box.ts'
