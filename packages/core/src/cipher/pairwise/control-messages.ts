/** The control messages of the cipher `pairwise`. */
import type { DeviceId } from '@sotto/wire'
import { heard } from '../../sessions/control-message.ts'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { introduction } from './control-messages/introduction.ts'
import { pairwiseMessage } from './control-messages/pairwise-message.ts'
import { pairwiseMissing } from './control-messages/pairwise-missing.ts'
import { receiveIntroduction } from './own-run.ts'
import { receiveCopy, receiveMissing } from './receive.ts'

/** `deliver` takes the messages that came. `isGone`: of a content that has to wait, whether its text was deleted here. */
export const pairwiseMessages = (
  deliver: (context: Context, opened: OpenedMessage) => void,
  isGone: (context: Context, group: string, plaintext: Uint8Array, by: DeviceId) => boolean,
) => [
  heard(pairwiseMessage, (context, from, copy) => {
    const kept = isGone(context, textOf(copy.group), copy.content, from.device) ? 'emptied' : 'whole'
    receiveCopy(context, from, copy, kept, (opened) => deliver(context, opened))
  }),
  heard(introduction, receiveIntroduction),
  heard(pairwiseMissing, receiveMissing),
]
