/** Noise's error when the answering peer has another key than was dialled. libp2p passes on the words and not the type. */
const OTHER_KEY = /does not match expected remote identity key/

/** Whether a dial failed because another peer answered there. */
export function isAnotherPeer(fault: unknown): boolean {
  if (fault instanceof AggregateError) return fault.errors.some(isAnotherPeer)
  return fault instanceof Error && (OTHER_KEY.test(fault.message) || isAnotherPeer(fault.cause))
}
