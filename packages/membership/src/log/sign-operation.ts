/** Making operations: ids and signatures (PROTOCOL §5). */
import type { Primitives, SigningKeyPair } from '@sotto/crypto/primitives'
import { type Operation, type OperationId, operationIdInput, operationSigningInput, type UnsignedOperation } from '@sotto/wire'

/** The id of an operation: 32 bytes. That of `create` is the group's. */
export const operationIdOf = (primitives: Primitives, unsigned: UnsignedOperation): OperationId => primitives.sha256(operationIdInput(unsigned)) as OperationId

/** Signs with the device key, which must be that of `unsigned.device`. */
export const signOperation = (primitives: Primitives, unsigned: UnsignedOperation, device: SigningKeyPair): Operation => ({
  unsigned,
  signature: primitives.ed25519.sign(operationSigningInput(unsigned), device),
})
