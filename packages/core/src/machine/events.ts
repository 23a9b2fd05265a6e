/** Takes each event to the room that it concerns. */
import type { Event } from '../contract/events.ts'
import { saveAllTaken } from '../files/at-relay/leave-chunks.ts'
import { saveAllHere } from '../files/file-rows.ts'
import { chunkRead, chunkWritten } from '../files/jobs-done.ts'
import { chunksListed } from '../files/start-files.ts'
import { forgetPeer } from '../files/who-has.ts'
import { peerClosed, peerOpened, peerPathChanged } from '../links/peer-streams.ts'
import { relayAnswered, relayClosed, relayFrameReceived, relayIsAnother, relayOpened } from '../links/relay-client.ts'
import { relayName } from '../links/relay-links.ts'
import { receiveEnvelope } from '../messages/receive.ts'
import { indexMore } from '../messages/search/index-more.ts'
import { sayGoodbye } from '../messages/signals/presence.ts'
import { rowsRenewed } from '../messages/vanish.ts'
import { announce } from '../peers/announce.ts'
import { stopServing } from '../peers/serve.ts'
import type { Context } from '../state/context.ts'
import { OWN_PEER, RELAY_LINK, TOPIC } from '../state/tables/links.ts'
import { RUNNING } from '../state/tables/self.ts'
import { watchClock } from './clock-put-right.ts'
import { historyFailed, historyRead } from './history-reads.ts'
import { peerFrameReceived } from './peer-frames.ts'
import { pinRelay } from './pinned-relay.ts'
import { answer } from './requests.ts'
import { isSignal, receiveSignal } from './signals.ts'
import { start } from './start.ts'
import { wake } from './timers.ts'

export function handle(context: Context, event: Event): void {
  watchClock(context)
  switch (event.kind) {
    case 'started':
      return start(context)
    case 'stopping':
      sayGoodbye(context)
      saveAllHere(context)
      saveAllTaken(context)
      return context.transaction.delete(RUNNING, 'self')
    case 'requested': {
      const { what, request } = event
      if (
        what.kind === 'createProfile' ||
        what.kind === 'unlock' ||
        what.kind === 'lock' ||
        what.kind === 'changePassphrase' ||
        what.kind === 'tryAgain' ||
        what.kind === 'tryRelay' ||
        what.kind === 'wipe' ||
        what.kind === 'keepTyped'
      )
        return
      const reply = answer(context, request, what)
      if (reply !== undefined) context.effects.push({ kind: 'reply', request, reply })
      return
    }
    case 'historyRead':
      return historyRead(context, event.read, event.records)
    case 'historyFailed':
      return historyFailed(context, event.read)
    case 'chunkWritten':
      return chunkWritten(context, event.job, event.how)
    case 'chunkRead':
      return chunkRead(context, event.job, event.bytes)
    case 'chunksListed':
      return chunksListed(context, event.files)
    case 'idle':
      return indexMore(context)
    case 'rowsRenewed':
      return rowsRenewed(context, event.number)
    case 'woke':
      return wake(context)
    case 'networkStarted':
      return context.transaction.put(OWN_PEER, ['self'], event.ownPeer)
    case 'relayOpened':
      if (pinRelay(context, event.relay, event.relayPeer)) return
      return relayOpened(context, event.relay, event.relayPeer, context.transaction.get(OWN_PEER, 'self') ?? '', event.ownAddresses)
    case 'relayFrameReceived':
      return relayFrameReceived(context, event.relay, event.frame)
    case 'relayClosed':
      return relayClosed(context, event.relay)
    case 'relayAnswered':
      return relayAnswered(context, event.relay, event.ms)
    case 'relayIsAnother':
      return relayIsAnother(context, event.relay)
    case 'addressesChanged': {
      const name = relayName(context, event.relay)
      const link = context.transaction.get(RELAY_LINK, name)
      if (link !== undefined) context.transaction.put(RELAY_LINK, [name], { ...link, ownAddresses: event.ownAddresses })
      return announce(context)
    }
    case 'peerOpened':
      forgetPeer(context, event.peer)
      return peerOpened(context, event.peer, event.path, event.initiator)
    case 'peerPathChanged':
      return peerPathChanged(context, event.peer, event.path)
    case 'peerFrameReceived':
      return peerFrameReceived(context, event.peer, event.frame)
    case 'peerClosed':
      peerClosed(context, event.peer)
      forgetPeer(context, event.peer)
      return stopServing(context, event.peer)
    case 'gossipReceived': {
      const place = context.transaction.get(TOPIC, event.topic)
      if (place === undefined) return
      if (isSignal(event.data)) receiveSignal(context, place.group, place.epoch, event.data)
      else receiveEnvelope(context, place.group, place.epoch, event.data)
    }
  }
}
