/** What the cipher of sender keys hears in private. */
import type { Context } from '../../state/context.ts'
import { heard } from '../../sessions/control-message.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { answerKeyRequest } from './answer-key-request.ts'
import { distributionAcknowledged } from './control-messages/distribution-acknowledged.ts'
import { distribution } from './control-messages/distribution.ts'
import { keyRequest } from './control-messages/key-request.ts'
import { resend } from './control-messages/resend.ts'
import { vouchRequest } from './control-messages/vouch-request.ts'
import { vouch } from './control-messages/vouch.ts'
import { receiveAcknowledgement, receiveDistribution } from './distributions.ts'
import { receiveResend } from './receive-resend.ts'
import { answerVouchRequest, takeVouch } from './vouch.ts'

/** `deliver` takes contents that their author sends again. */
export const senderKeyMessages = (deliver: (context: Context, opened: OpenedMessage) => void) => [
  heard(distribution, receiveDistribution),
  heard(distributionAcknowledged, receiveAcknowledgement),
  heard(keyRequest, answerKeyRequest),
  heard(resend, (context, from, said) => receiveResend(context, from, said, (opened) => deliver(context, opened))),
  heard(vouchRequest, (context, from, request) => answerVouchRequest(context, from.device, request)),
  heard(vouch, (context, _from, said) => takeVouch(context, said)),
]
