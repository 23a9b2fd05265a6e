/**
 * Whether a relay can be reached, before it is kept. A network of its own, with a peer id of its own, dials it and is gone again:
 * the relay learns no more than that an address called (and with which token), and nothing of it is stored.
 */
import { type EngineReply, relayRejection, type TriedRelay } from '@sotto/core'
import { decode, encode, LIMITS, mailboxAnswer, mailboxRequest, readRelayAddress, splitAdmission, withPeerId } from '@sotto/wire'
import type { ClockPort, NetworkEvent, NetworkPort } from './ports.ts'

export interface RelayTrials {
  /** Answers within 15 seconds. Several are tried one after the other. */
  readonly tryRelay: (written: string) => Promise<EngineReply>
  /** Ends the one that runs. */
  readonly stop: () => Promise<void>
}

export function createRelayTrials({ createNetwork, clock }: { readonly createNetwork: () => NetworkPort; readonly clock: ClockPort }): RelayTrials {
  let turn: Promise<unknown> = Promise.resolve()
  let end = (): void => {}
  const attempt = async (relay: string): Promise<TriedRelay> => {
    const network = createNetwork()
    let heard: (event: NetworkEvent) => void = () => {}
    const { token } = splitAdmission(relay)
    let proved = relay
    try {
      const found = new Promise<TriedRelay>((resolve) => {
        const none = (reason: 'refused' | 'silent'): TriedRelay => ({ result: 'unreachable', reason, ms: null, address: relay })
        const cancel = clock.wakeAt(clock.nowMs() + LIMITS.tryRelayMs, () => resolve(none('silent')))
        end = () => {
          cancel()
          resolve(none('silent'))
        }
        const beganMs = clock.nowMs()
        heard = (event) => {
          if (!('relay' in event) || event.relay !== relay) return
          const ms = Math.max(0, clock.nowMs() - beganMs)
          if (event.kind === 'relayIsAnother') resolve({ result: 'anotherRelay', reason: null, ms, address: relay })
          else if (event.kind === 'relayClosed') resolve(none('refused'))
          else if (event.kind === 'relayOpened') proved = relay.includes('/p2p/') ? relay : withPeerId(relay, event.relayPeer)
          else if (event.kind === 'relayFrameReceived') {
            const answer = decode(mailboxAnswer, event.frame)
            if (answer?.kind === 'hello' && !answer.isOpen && token !== null)
              network.perform({ kind: 'sendRelayFrame', relay, frame: encode(mailboxRequest, { kind: 'admit', request: 0, token }) })
            else if (answer?.kind === 'refused' || (answer?.kind === 'hello' && !answer.isOpen))
              resolve({ result: 'notAdmitted', reason: null, ms, address: proved })
            else if (answer?.kind === 'hello' || answer?.kind === 'admitted') resolve({ result: 'reached', reason: null, ms, address: proved })
          }
        }
      })
      await network.start((event) => heard(event))
      network.perform({ kind: 'connectRelay', relay })
      return await found
    } finally {
      end()
      await network.stop()
    }
  }
  return {
    tryRelay: (written) => {
      const read = readRelayAddress(written)
      if ('code' in read) return Promise.resolve({ ok: false, rejection: relayRejection(read) })
      const tried = turn.then(() => attempt(read.address)).then((result): EngineReply => ({ ok: true, value: { tried: result } }))
      turn = tried.catch(() => {})
      return tried
    },
    stop: async () => {
      end()
      await turn
    },
  }
}
