/**
 * Whatever comes in at the engine's port: a page that is not ours gets nothing, and what is no request, or one that cannot be
 * granted, gets one clear answer and changes nothing. The engine behind the port is the real one.
 */
import type { EngineReply, EngineRequest } from '@sotto/engine/api'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startAlone } from '../../packages/engine/src/test-support/single-engine.ts'
import { SENTENCES } from '../app/strings/all-languages.ts'
import type { ToPage } from '../client/engine-port.ts'
import { isEngineRequest, isToPage } from '../client/engine-port.ts'
import { type IncomingPort, servePorts } from './serve-ports.ts'

const own = { id: 'our-id', baseUrl: 'chrome-extension://our-id/' }
/** The same at every run: what was found once is found again. */
const RUNS = { numRuns: 300, seed: 1_013 }

interface OpenPort {
  readonly hear: (message: unknown) => void
  readonly told: ToPage[]
  readonly wasTurnedAway: () => boolean
}

function openPort(
  serve: ReturnType<typeof servePorts>,
  sender: IncomingPort['sender'] = { id: own.id, url: `${own.baseUrl}popup.html` },
  name = 'sotto engine',
): OpenPort {
  const told: ToPage[] = []
  let hear: (message: unknown) => void = () => {}
  let turnedAway = false
  serve.serve({
    name,
    sender,
    // What crosses a port is JSON.
    postMessage: (message) => told.push(JSON.parse(JSON.stringify(message)) as ToPage),
    disconnect: () => {
      turnedAway = true
    },
    onMessage: { addListener: (listener) => (hear = listener) },
    onDisconnect: { addListener: () => {} },
  })
  return { hear: (message) => hear(message), told, wasTurnedAway: () => turnedAway }
}

const answersOf = ({ told }: OpenPort): readonly Extract<ToPage, { kind: 'reply' }>[] => told.filter((message) => message.kind === 'reply')
const waitFor = async (until: () => boolean): Promise<void> => {
  for (let i = 0; i < 2_000 && !until(); i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Requests that are well-formed, with anything in their fields. `known` is drawn among the texts, so that some mean something. */
function requests(known: readonly string[]): fc.Arbitrary<EngineRequest> {
  const text = fc.oneof(
    fc.constantFrom(...known),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('', ' ', '\u202e', '__proto__', 'constructor', '\ud800'),
  )
  const orNull = fc.option(text, { nil: null })
  const texts = fc.array(text, { maxLength: 6 })
  const count = fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER))
  const of = <K extends EngineRequest['kind']>(kind: K, fields: object) => fc.record({ kind: fc.constant(kind), ...fields }) as fc.Arbitrary<EngineRequest>
  return fc.oneof(
    of('createProfile', { name: text, passphrase: orNull, relays: texts }),
    of('unlock', { passphrase: text }),
    of('setAutoLock', { minutes: fc.option(count, { nil: null }) }),
    of('addRelay', { address: text }),
    of('removeRelay', { address: text }),
    of('createInvite', { group: text, uses: count }),
    of('revokeInvites', { group: text }),
    of('join', { invite: text }),
    of('cancelJoin', { group: text }),
    of('react', { group: text, message: text, emoji: orNull }),
    of('readMessages', { group: text, before: orNull, limit: count }),
    of('messageDetails', { group: text, message: text }),
    of('markRead', { group: text }),
    of('setReplyTo', { group: text, message: orNull }),
    of('removeMember', { group: text, account: text }),
    of('setRole', { group: text, account: text, role: fc.constantFrom('member', 'admin') }),
    of('setRelays', { group: text, relays: texts }),
    of('setHistory', { group: text, days: count, messages: count }),
    of('setLifetime', { group: text, seconds: count }),
    of('setDraftLifetime', { group: text, seconds: fc.option(count, { nil: null }) }),
    of('setAddressPrivacy', { group: text, isOn: fc.boolean() }),
    of('lookAtRelay', { group: text, address: text }),
    of('leaveGroup', { group: fc.string(), successor: orNull }),
    of('forgetGroup', { group: text }),
    of('setPetname', { account: text, petname: orNull }),
    of('safetyNumber', { account: text }),
    of('setVerified', { account: text, devices: fc.option(texts, { nil: null }) }),
    of('compareSafetyCode', { account: text, code: text }),
    of('trustDevices', { account: text }),
    of('tryAgain', {}),
  )
}

/** A request with one field gone, of another type, or too many. */
const spoilt = (requests: fc.Arbitrary<EngineRequest>): fc.Arbitrary<unknown> =>
  fc
    .tuple(requests, fc.nat(), fc.jsonValue(), fc.constantFrom('gone', 'other', 'more'))
    .map(([request, at, value, how]) => {
      const names = Object.keys(request)
      const name = names[at % names.length] ?? 'kind'
      if (how === 'more') return { ...request, additional: value }
      if (how === 'gone') return Object.fromEntries(Object.entries(request).filter(([each]) => each !== name))
      return { ...request, [name]: { nested: value } }
    })
    // Some fields may be left out.
    .filter((request) => !isEngineRequest(request))

describe('the engine’s port', () => {
  test('refuses every sender that is not a page of this extension', async () => {
    const { engine } = await startAlone()
    const serve = servePorts(engine, { id: 'a life', startedMs: 1 }, own)
    const url = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.constantFrom(
        'chrome-extension://our-id',
        'chrome-extension://our-id.evil/',
        'https://our-id/popup.html',
        'moz-extension://our-id/popup.html',
        'about:blank',
        ` ${own.baseUrl}`,
        own.baseUrl.toUpperCase(),
      ),
      fc.constant(undefined),
    )
    const foreign = fc.oneof(
      fc.record({ id: fc.constant(own.id), url }),
      fc.record({ id: fc.oneof(fc.string(), fc.constant(undefined)).filter((id) => id !== own.id), url: fc.constant(`${own.baseUrl}popup.html`) }),
    )
    fc.assert(
      fc.property(foreign, fc.jsonValue(), (sender, message) => {
        const port = openPort(serve, sender)
        port.hear(message)
        port.hear({ kind: 'request', id: 1, request: { kind: 'wipe' } })
        expect(port.wasTurnedAway()).toBe(true)
        expect(port.told).toEqual([])
      }),
      RUNS,
    )
    expect(engine.view().phase).toBe('ready')
  })

  test('answers any JSON that is no request once, if at all, as such, and the engine does not hear of it', async () => {
    const { engine, group } = await startAlone()
    const port = openPort(servePorts(engine, { id: 'a life', startedMs: 1 }, own))
    const before = JSON.stringify(engine.view())
    const message = fc.oneof(
      fc.jsonValue(),
      fc.record({ kind: fc.constantFrom('request', 'resync', 'reply', 'view', '__proto__'), id: fc.jsonValue(), request: fc.jsonValue() }),
      fc.record({ kind: fc.constant('request'), id: fc.nat(), request: spoilt(requests([group])) }),
    )
    await fc.assert(
      fc.asyncProperty(message, async (message) => {
        const [told, answers] = [port.told.length, answersOf(port).length]
        port.hear(message)
        await new Promise((resolve) => setImmediate(resolve))
        const added = answersOf(port).slice(answers)
        expect(added.length).toBeLessThanOrEqual(1)
        for (const { reply } of added) expect(reply).toEqual({ ok: false, rejection: { code: 'badRequest', numbers: {} } })
        // Besides, only who asks for the whole view gets it.
        expect(port.told.slice(told).every(({ kind }) => kind === 'reply' || kind === 'view')).toBe(true)
      }),
      RUNS,
    )
    expect(JSON.stringify(engine.view())).toBe(before)
  })

  test('answers each well-formed request once, whatever is in it; one that is refused has a sentence and changes nothing', async () => {
    const { engine, group } = await startAlone()
    await engine.ask({ kind: 'send', group, text: 'kept' })
    const port = openPort(servePorts(engine, { id: 'a life', startedMs: 1 }, own))
    const { account } = engine.view().profile ?? { account: '' }
    let [id, refused] = [0, 0]
    await fc.assert(
      fc.asyncProperty(requests([group, account]), async (request) => {
        const before = JSON.stringify(engine.view())
        port.hear(JSON.parse(JSON.stringify({ kind: 'request', id: ++id, request })))
        const mine = () => answersOf(port).filter((answer) => answer.id === id)
        await waitFor(() => mine().length > 0)
        await new Promise((resolve) => setImmediate(resolve))
        expect(mine()).toHaveLength(1)
        const reply = mine()[0]?.reply as EngineReply
        if (reply.ok) return
        refused++
        expect(Object.keys(SENTENCES.en.rejection)).toContain(reply.rejection.code)
        expect(JSON.stringify(engine.view())).toBe(before)
      }),
      RUNS,
    )
    expect(refused).toBeGreaterThan(RUNS.numRuns / 4)
    expect(engine.view().phase).toBe('ready')
    expect(await engine.texts(group)).toContain('kept')
  })

  test('gives a page nothing that it could not read: any JSON is either a message to a page or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(typeof isToPage(value)).toBe('boolean')
      }),
    )
  })
})
