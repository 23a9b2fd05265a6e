/** The control messages of the cipher `pairwise`. */
import { heard } from '../../sessions/control-message.ts'
import type { Context } from '../../state/context.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { introduction } from './control-messages/introduction.ts'
import { pairwiseMessage } from './control-messages/pairwise-message.ts'
import { pairwiseMissing } from './control-messages/pairwise-missing.ts'
import { receiveIntroduction } from './own-run.ts'
import { receiveCopy, receiveMissing } from './receive.ts'

/** `deliver` takes the messages that came. */
export const pairwiseMessages = (deliver: (context: Context, opened: OpenedMessage) => void) => [
  heard(pairwiseMessage, (context, from, copy) => receiveCopy(context, from, copy, (opened) => deliver(context, opened))),
  heard(introduction, receiveIntroduction),
  heard(pairwiseMissing, receiveMissing),
]
