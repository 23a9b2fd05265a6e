/** The control messages of the cipher `sender-keys`. */
import type { Context } from '../../state/context.ts'
import { heard } from '../../sessions/control-message.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { distributionAcknowledged } from './control-messages/distribution-acknowledged.ts'
import { distribution } from './control-messages/distribution.ts'
import { resend } from './control-messages/resend.ts'
import { receiveAcknowledgement, receiveDistribution } from './distributions.ts'
import { receiveResend } from './receive-resend.ts'

/** `deliver` takes contents that their author resends. */
export const senderKeyMessages = (deliver: (context: Context, opened: OpenedMessage) => void) => [
  heard(distribution, receiveDistribution),
  heard(distributionAcknowledged, receiveAcknowledgement),
  heard(resend, (context, from, said) => receiveResend(context, from, said, (opened) => deliver(context, opened))),
]
