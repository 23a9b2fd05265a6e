/**
 * The list of every kind of control message and its handler. The kind's own file says who may say it. Every number that was
 * ever used is in the test beside this file.
 */
import { codecOfKinds, type Decoded, encode, letterOf } from '@sotto/wire'
import { secretRequest } from '../epochs/control-messages/secret-request.ts'
import { secret } from '../epochs/control-messages/secret.ts'
import { answerSecretRequest } from '../epochs/earlier-secrets.ts'
import { receiveSecret } from '../epochs/secrets.ts'
import { logHeads } from '../groups/control-messages/log-heads.ts'
import { operations } from '../groups/control-messages/operations.ts'
import { ownName } from '../groups/control-messages/own-name.ts'
import { sealedBefore } from '../groups/control-messages/sealed-before.ts'
import { receiveOwnName } from '../groups/nameless.ts'
import { receiveLogHeads } from '../groups/new-member.ts'
import { directChat } from '../members/control-messages/direct-chat.ts'
import { joinRefused } from '../members/control-messages/join-refused.ts'
import { welcome } from '../members/control-messages/welcome.ts'
import { receiveDirectChat } from '../members/direct-chats.ts'
import { receiveRefusal, receiveWelcome } from '../members/join.ts'
import { earlierPage } from '../messages/control-messages/earlier-page.ts'
import { earlierRequest } from '../messages/control-messages/earlier-request.ts'
import { receipt } from '../messages/control-messages/receipt.ts'
import { report } from '../messages/control-messages/report.ts'
import { answerEarlierRequest } from '../messages/earlier/pass-on-earlier.ts'
import { takeEarlierPage } from '../messages/earlier/take-earlier.ts'
import { takeReceipt } from '../messages/receipts.ts'
import { takeReport } from '../messages/reports.ts'
import { moveTo } from '../sessions/contacts.ts'
import { heard, type Heard } from '../sessions/control-message.ts'
import { address } from '../sessions/control-messages/address.ts'
import { CIPHER_MESSAGES } from './ciphers.ts'
import { receiveOperations } from './receive-operations.ts'
import { receiveSealedBefore } from './receive-sealed-before.ts'

const HEARD = [
  heard(address, (context, from, { address: capability }) => moveTo(context, from.device, capability)),
  heard(welcome, receiveWelcome),
  heard(directChat, receiveDirectChat),
  heard(joinRefused, (context, _from, refusal) => receiveRefusal(context, refusal)),
  heard(operations, receiveOperations),
  heard(logHeads, receiveLogHeads),
  heard(sealedBefore, receiveSealedBefore),
  heard(ownName, receiveOwnName),
  heard(secret, receiveSecret),
  heard(secretRequest, (context, from, request) => answerSecretRequest(context, from.device, request)),
  ...CIPHER_MESSAGES,
  heard(receipt, (context, from, said) => takeReceipt(context, from.device, said)),
  heard(report, takeReport),
  heard(earlierRequest, answerEarlierRequest),
  heard(earlierPage, takeEarlierPage),
]

export const CONTROL_MESSAGE_KINDS = HEARD.map(({ kind }) => kind)

export const controlMessage = codecOfKinds(CONTROL_MESSAGE_KINDS)
export type ControlMessage = Decoded<typeof controlMessage>

export const letter = letterOf(controlMessage)

const BY_KIND = new Map<string, Heard>(HEARD.map((each) => [each.kind.kind, each]))

/** The handler of a message. */
export function heardAs({ kind }: ControlMessage): Heard {
  const found = BY_KIND.get(kind)
  if (found === undefined) throw new Error(`nobody hears ${kind}`)
  return found
}

/** A message in the form in which it waits for a letter. */
export const asQueued = (message: ControlMessage): { readonly body: Uint8Array; readonly carriesKey: boolean; readonly carries: null } => ({
  body: encode(controlMessage, message),
  carriesKey: heardAs(message).kind.carriesKey === true,
  carries: null,
})
