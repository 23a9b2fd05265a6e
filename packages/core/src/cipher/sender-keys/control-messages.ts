/** What the cipher of sender keys hears in private. What is sent again in private is heard where messages are. */
import { heard } from '../../sessions/control-message.ts'
import { answerKeyRequest } from './answer-key-request.ts'
import { distributionAcknowledged } from './control-messages/distribution-acknowledged.ts'
import { distribution } from './control-messages/distribution.ts'
import { keyRequest } from './control-messages/key-request.ts'
import { vouchRequest } from './control-messages/vouch-request.ts'
import { vouch } from './control-messages/vouch.ts'
import { receiveAcknowledgement, receiveDistribution } from './distributions.ts'
import { answerVouchRequest, takeVouch } from './vouch.ts'

export const SENDER_KEY_MESSAGES = [
  heard(distribution, receiveDistribution),
  heard(distributionAcknowledged, receiveAcknowledgement),
  heard(keyRequest, answerKeyRequest),
  heard(vouchRequest, (context, from, request) => answerVouchRequest(context, from.device, request)),
  heard(vouch, (context, _from, said) => takeVouch(context, said)),
]
