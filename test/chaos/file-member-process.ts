/** A member that sends and fetches files until it is killed. Words: its folder, and the file where its chunks are logged. */
import { createHash } from 'node:crypto'
import { createLibp2pNetwork } from '@sotto/transport'
import { answerCalls } from '../fixtures/answer-calls.ts'
import { eachPart, sendFile, untilHere, untilLeft } from '../fixtures/files-talk.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { noiseAt } from '../fixtures/noise.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { loggedNetwork, openChunkLog } from './chunk-log.ts'
import type { FileMemberCalls } from './file-member-calls.ts'

const [folder = '', logPath = ''] = process.argv.slice(2)
const log = openChunkLog(logPath)
const options = { folder, createNetwork: () => loggedNetwork(createLibp2pNetwork(), log), report: log.fault }

let started: HeadlessProfile | undefined
const member = (): HeadlessProfile => {
  if (started === undefined) throw new Error('nobody has started')
  return started
}

answerCalls<FileMemberCalls>({
  signUp: async (name, relay) => {
    started = await startHeadlessProfile(name, { relays: [relay] }, options)
    return true
  },
  start: async () => {
    started = await startHeadlessProfile('member', null, options)
    return member().until('ready', ({ phase }) => (phase === 'ready' ? true : undefined), LONG_PATIENCE_MS)
  },
  stop: async () => {
    await member().stop()
    return true
  },
  ask: (request) => member().ask(request),
  untilMember: (group) => member().until('a member', () => (member().group(group)?.state === 'member' ? true : undefined), LONG_PATIENCE_MS),
  send: (group, sizeBytes, seed) => sendFile(member(), group, noiseAt(seed, 0, sizeBytes)),
  untilHeard: (group, message) =>
    waitUntil('the message', async () => ((await member().messages(group)).some(({ id }) => id === message) ? true : null), LONG_PATIENCE_MS),
  untilHere: async (group, message) => {
    await untilHere(member(), group, { message, patienceMs: LONG_PATIENCE_MS })
    return true
  },
  untilLeft: async (group, message) => {
    await untilLeft(member(), group, { message, patienceMs: LONG_PATIENCE_MS })
    return true
  },
  read: async (group, message) => {
    const hash = createHash('sha256')
    await eachPart(member(), group, message, (part) => void hash.update(part))
    return hash.digest('hex')
  },
})
