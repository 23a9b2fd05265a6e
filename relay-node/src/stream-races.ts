/**
 * @libp2p/utils 7 continues to read from a stream whose connection closed under it during protocol negotiation, and throws
 * where no code can catch it. Only that stream is affected. A relay that ended by it could be ended by any stranger.
 */

/** Whether an uncaught fault is of that kind. Any other is a fault of ours. */
export const isStreamRace = (fault: unknown): boolean => fault instanceof Error && fault.name === 'StreamStateError'
