/**
 * What the cryptography benchmark measures, the same code in Node and in a browser's page. Median of batches, each
 * long enough for a coarse clock. Figures serve for ratios within one run, not for comparison between machines.
 */
import {
  acceptBundle,
  acceptInitial,
  bundleFor,
  contextOf,
  createCertificate,
  createOwnSenderKey,
  createPreKeyStore,
  deriveEpochKeys,
  distributionOf,
  openAuthentic,
  type OwnSenderKey,
  sealMessage,
  sealWithSessions,
  startSession,
  takeDistribution,
  type TheirSenderKey,
  theirSenderKeyCodec,
  unmaskEnvelope,
  verifyEnvelope,
} from '@sotto/crypto'
import { createNoblePrimitives, loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { content } from '@sotto/core/inside'
import { type AccountId, type DeviceId, encode, type EpochId, type GroupId, utf8 } from '@sotto/wire'

export interface CryptoFigures {
  readonly provider: string
  /** µs for one message of 64 bytes. */
  readonly sealMicros: number
  readonly openMicros: number
  /** ms until the key is sealed for 50 members with existing sessions. */
  readonly handTo50Ms: number
  /** ms: bundle checked, session made, first letter sealed; and the responder's part. */
  readonly pqxdhInitiatorMs: number
  readonly pqxdhResponderMs: number
}

export interface CryptoSizes {
  readonly envelopeOverheadBytes: number
  readonly contentHeaderBytes: number
  readonly bytesPerSender: number
}

const TEXT = 'Sixty-four bytes of text, as many as a short line of a chat has.'
const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))

/** Median time in ms of one call of `act`, over batches of `size` calls. */
function medianMs(batches: number, size: number, act: (i: number) => void): number {
  const times: number[] = []
  for (let batch = 0; batch < batches; batch++) {
    const startMs = performance.now()
    for (let i = 0; i < size; i++) act(batch * size + i)
    times.push((performance.now() - startMs) / size)
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

function someone(primitives: Primitives) {
  const accountKeys = primitives.ed25519.keyPairFromSeed(random(32))
  const deviceKeys = primitives.ed25519.keyPairFromSeed(random(32))
  const deviceDh = primitives.x25519.keyPairFromSeed(random(32))
  const body = {
    account: accountKeys.publicKey as AccountId,
    device: deviceKeys.publicKey as DeviceId,
    deviceDh: deviceDh.publicKey,
    createdMs: 0,
  }
  const certificate = createCertificate(primitives, body, accountKeys, deviceKeys)
  return { identity: { certificate, deviceDh }, deviceKeys, account: body.account, device: body.device }
}

function groupKey(primitives: Primitives) {
  const owner = someone(primitives)
  const epoch = deriveEpochKeys(primitives, random(32))
  const place = { group: random(32) as GroupId, epoch: epoch.epochId as EpochId, account: owner.account, device: owner.device }
  const own = createOwnSenderKey({ primitives, random }, { ...place, keyId: 1, frontier: [] })
  return { epoch, place, own }
}

function take(primitives: Primitives, place: ReturnType<typeof groupKey>['place'], own: OwnSenderKey): TheirSenderKey {
  const taken = takeDistribution(primitives, place, distributionOf(own))
  if ('code' in taken) throw new Error(`a distribution was refused: ${taken.code}`)
  return taken
}

const plaintext = (): Uint8Array =>
  encode(content, {
    timeMs: 1_700_000_000_000,
    counter: 0,
    leadMs: null,
    seen: [],
    before: null,
    again: null,
    heads: null,
    body: { kind: 'text', text: TEXT, mentions: [] },
  })

/** Bytes: measured from what the codecs write, not written by hand. */
export function measureSizes(primitives: Primitives): CryptoSizes {
  const { epoch, own, place } = groupKey(primitives)
  // A plaintext that fills its step of the ladder except for the one byte that padding always takes.
  const full = new Uint8Array(512 - 121 - 1)
  const { envelope } = sealMessage(primitives, epoch, own, full)
  return {
    envelopeOverheadBytes: envelope.length - full.length - 1,
    contentHeaderBytes: plaintext().length - utf8(TEXT).length,
    bytesPerSender: encode(theirSenderKeyCodec, take(primitives, place, own)).length,
  }
}

/** Times one provider. `scale` below 1 makes fewer rounds. */
export function measureProvider(primitives: Primitives, scale: number): CryptoFigures {
  const provider = { primitives, random }
  const { epoch, place, own } = groupKey(primitives)
  const message = plaintext()
  const rounds = Math.max(3, Math.round(15 * scale))
  const size = Math.max(10, Math.round(100 * scale))
  let key = own
  const envelopes: Uint8Array[] = []
  const sealMs = medianMs(rounds, size, () => {
    const sealed = sealMessage(primitives, epoch, key, message)
    key = sealed.key
    envelopes.push(sealed.envelope)
  })
  let theirs = take(primitives, place, own)
  const openMs = medianMs(rounds, size, (i) => {
    const unmasked = unmaskEnvelope(primitives, epoch.headerKey, envelopes[i] ?? new Uint8Array())
    const authentic = unmasked === undefined ? undefined : verifyEnvelope(primitives, theirs, unmasked)
    if (authentic === undefined || 'code' in authentic) throw new Error('an envelope does not verify')
    const opened = openAuthentic(primitives, theirs, authentic, 0)
    if ('code' in opened) throw new Error(`an envelope does not open: ${opened.code}`)
    theirs = opened.key
  })
  if (contextOf(theirs).keyId !== 1) throw new Error('another key was measured')

  const alice = someone(primitives)
  const bob = someone(primitives)
  const store = createPreKeyStore(provider, bob.deviceKeys, 0)
  const meet = (from: typeof store) => {
    const handed = bundleFor(from, bob.identity.certificate)
    const accepted = acceptBundle(primitives, handed.bundle, 0)
    if ('code' in accepted) throw new Error(`a bundle was refused: ${accepted.code}`)
    const started = startSession(provider, alice.identity, accepted, null, 0)
    return { ...sealWithSessions(provider, started, message, 0, 1), store: handed.store }
  }
  const letters: ReturnType<typeof meet>[] = []
  const pqxdhInitiatorMs = medianMs(rounds, 2, () => void letters.push(meet(store)))
  const pqxdhResponderMs = medianMs(rounds, 2, (i) => {
    const letter = letters[i]
    const accepted =
      letter === undefined ? undefined : acceptInitial(provider, bob.identity, letter.store, { sessionsOf: () => null, isKnown: () => false }, letter.record, 0)
    if (accepted === undefined || 'code' in accepted) throw new Error('an initial message was refused')
  })
  // Fifty sessions of one kind represent fifty members: the cost does not depend on the member.
  const sessions = Array.from({ length: 50 }, (_, i) => letters[i % letters.length]?.sessions)
  const distribution = distributionOf(key)
  const handTo50Ms = medianMs(rounds, 1, () => {
    for (const each of sessions) if (each !== undefined) sealWithSessions(provider, each, distribution, 0, 1)
  })
  return {
    provider: primitives.name,
    sealMicros: sealMs * 1000,
    openMicros: openMs * 1000,
    handTo50Ms,
    pqxdhInitiatorMs,
    pqxdhResponderMs,
  }
}

/** Everything, with both providers: the page's one call. */
export async function measureCrypto(scale: number): Promise<{ readonly sizes: CryptoSizes; readonly figures: readonly CryptoFigures[] }> {
  const sodium = await loadSodiumPrimitives()
  const noble = createNoblePrimitives()
  // Warm both up before either is measured.
  measureProvider(sodium, 0.1)
  measureProvider(noble, 0.1)
  return { sizes: measureSizes(sodium), figures: [measureProvider(sodium, scale), measureProvider(noble, scale * 0.3)] }
}
