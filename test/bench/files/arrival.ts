/** When bytes came that were asked for, ms after that. */
export interface Arrival {
  readonly firstMs: number
  readonly wholeMs: number
}
