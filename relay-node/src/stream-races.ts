/**
 * @libp2p/utils 7 reads on from a stream whose connection closed under it while its protocol is negotiated, and throws
 * where nobody can catch it. Only that stream is concerned; a relay that ended by it could be ended by any stranger.
 */

/** Whether a fault that nobody caught is of that kind. Any other is a fault of ours. */
export const isStreamRace = (fault: unknown): boolean => fault instanceof Error && fault.name === 'StreamStateError'
