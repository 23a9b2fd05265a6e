/** What the machine's state looks like from inside: for the simulator's invariants and the observers' tests, nobody else. */
export { Draft, rowCount, type Scope, stateFromRows } from './table.ts'
export * from './tables.ts'
export { preKeyStoreOf } from './pre-key-rows.ts'
