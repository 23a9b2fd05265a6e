/**
 * What devices say to each other in private, inside a pairwise session (PROTOCOL §2, §3, §5): keys, secrets,
 * operations, questions and answers. One sealed record carries a list of them.
 */
import { boolean, type Decoded, fixedBytes, list, struct, text, uint16, union, varBytes, versioned, word } from './codec.ts'
import { deviceId, epochId, envelopeHash, groupId, messageId, operationId } from './ids.ts'
import { inboxAddress } from './identity.ts'
import { operation } from './operation.ts'
import { knownName } from './content.ts'
import { LIMITS } from './limits.ts'
import { heldKey } from './peer-frame.ts'
import { ranges } from './ranges.ts'

const senderKeyName = { group: groupId, epoch: epochId, generation: uint16 }

export const letterBody = union({
  /** Write to me here from now on: a lane of my inbox that is yours alone. */
  address: [1, struct({ address: inboxAddress })],
  /** To a newcomer: the secrets of the current maximal rekeying operations, never older ones. Operations go apart. */
  welcome: [
    2,
    struct({
      group: groupId,
      heads: list(operationId, LIMITS.operationParents),
      secrets: list(struct({ operation: operationId, secret: fixedBytes(32) }), LIMITS.operationParents),
      title: text(LIMITS.nameBytes),
      names: list(knownName, LIMITS.members),
      relays: list(text(LIMITS.relayAddressBytes), LIMITS.relays),
    }),
  ],
  operations: [3, struct({ group: groupId, operations: list(operation, LIMITS.operationsPerLetter) })],
  secret: [4, struct({ group: groupId, operation: operationId, secret: fixedBytes(32) })],
  secretRequest: [5, struct({ group: groupId, operation: operationId })],
  /** My sender key. `distribution` is a `senderKeyDistribution`; its owner is whoever this session is with. */
  distribution: [6, struct({ group: groupId, epoch: epochId, distribution: varBytes(8_192), name: text(LIMITS.nameBytes), title: text(LIMITS.nameBytes) })],
  distributionAcknowledged: [7, struct(senderKeyName)],
  /** I hold envelopes under your key that I cannot open: these iterations. */
  keyRequest: [8, struct({ ...senderKeyName, iterations: ranges })],
  /** The contents of messages whose envelope the asking device could not open, with the envelopes' hashes. */
  resend: [
    9,
    struct({
      ...senderKeyName,
      messages: list(struct({ iteration: uint16, envelope: envelopeHash, content: varBytes(LIMITS.recordBytes) }), LIMITS.resendsPerLetter),
      /** Iterations that were asked for and that will not come: never sent to that device, or no longer there. */
      refused: ranges,
    }),
  ],
  /** I have opened these of your messages. */
  receipt: [10, struct({ group: groupId, messages: list(messageId, LIMITS.receiptsPerLetter) })],
  /** Which of these iterations of a removed member's key had you opened before you learned of the removal? */
  vouchRequest: [12, struct({ ...senderKeyName, device: deviceId, iterations: ranges })],
  /** These. */
  vouch: [13, struct({ ...senderKeyName, device: deviceId, iterations: ranges })],
  /** I have these heads of the log: send what I lack, and ask for what you lack. */
  logHeads: [14, struct({ group: groupId, isAnswer: boolean, heads: list(operationId, LIMITS.operationParents) })],
  /** What I had of this epoch when I signed your admission: sealed by those who could not know you. */
  sealedBefore: [15, struct({ group: groupId, admission: operationId, epoch: epochId, held: list(heldKey, LIMITS.sealedBeforeKeys) })],
  joinRefused: [11, struct({ group: groupId, reason: word(['expired', 'spent', 'closed', 'foreign']) })],
})
export type LetterBody = Decoded<typeof letterBody>

export const letter = versioned(1, list(letterBody, LIMITS.bodiesPerLetter))
