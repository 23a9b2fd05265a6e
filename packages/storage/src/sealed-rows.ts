/** What a disk holds of rows, and how it is read, without the disk: the simulator's disks are written and read by the same rules. */
export { readRowSum, type RowSum } from './row-sum.ts'
export { openRow, rowName, sealRow, type SealedRow } from './sealed-format.ts'
