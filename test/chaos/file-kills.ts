/**
 * Kill -9 of a file's sender, its receiver and its relay while its chunks are on their way: to a member, to the relay, and from there with
 * the sender gone. Each is a process of its own, and comes back on what its disk has.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileLayout } from '@sotto/blob'
import { LIMITS } from '@sotto/wire'
import { STORE_FILE } from '../../relay-node/src/data-folder.ts'
import { hashOf } from '../fixtures/files-talk.ts'
import { noiseAt } from '../fixtures/noise.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import type { ChunkWay } from './chunk-log.ts'
import { enterFileMember, type FileMember } from './file-member.ts'

const MIB = 2 ** 20
/** On an idle machine a second or two of chunks. */
const FILE_BYTES = 8 * MIB + 12_345
/** A process is killed when between these parts of the chunks have gone. */
const KILLED_FROM = 0.1
const KILLED_TO = 0.6
/** What was on the line when a process was killed is there by then. */
const DRAINED_MS = 250
/** A store that is empty stays so. */
const STAYS_MS = 500
/** Between two looks at what went. */
const LOOK_MS = 5
/** A round whose kill came when all had gone is played again so often. */
const MOST_LATE = 5
/** One round of so many is cancelled. */
const CANCELLED_EVERY = 5

type Victim = 'sender' | 'receiver' | 'relay'

interface Scene {
  readonly victim: Victim
  /** Where chunks go when it is killed. */
  readonly while: 'sent to a member' | 'left at a relay' | 'read at a relay'
}

const SCENES: readonly Scene[] = [
  { victim: 'sender', while: 'sent to a member' },
  { victim: 'receiver', while: 'sent to a member' },
  { victim: 'relay', while: 'left at a relay' },
  { victim: 'sender', while: 'left at a relay' },
  { victim: 'receiver', while: 'read at a relay' },
  { victim: 'relay', while: 'read at a relay' },
]

/** Chunks that went more than once: how often beyond the first, each way for itself. */
export interface Again {
  /** Whole, to the receiver: from the sender or the relay. */
  readonly came: number
  /** From the sender to the receiver, also where they did not come. */
  readonly sent: number
  /** From the sender to the relay. */
  readonly left: number
}

export interface FileKills {
  /** In the middle of a file. */
  readonly kills: Readonly<Record<Victim, number>>
  /** Kills that came when all had gone, which count as none. */
  readonly late: number
  /** Of each file. */
  readonly chunks: number
  /** That should have come. */
  readonly files: number
  /** That came byte for byte. */
  readonly whole: number
  /** That came as something else. */
  readonly different: number
  readonly cancelled: number
  /** Files in a store of chunks whose file was cancelled or deleted. */
  readonly left: number
  /** Chunks at the relay once all files were deleted. */
  readonly leftAtRelay: number
  /** The most of one kill, by who was killed and while what. */
  readonly again: Readonly<Record<string, Again>>
  /** What `again` may come to by PROTOCOL section 14, each way for itself. */
  readonly mostAgain: Again
  /** What engines reported, and rounds that did not end. */
  readonly faults: readonly string[]
}

interface Stage {
  readonly relay: RelayProcess
  readonly sender: FileMember
  readonly receiver: FileMember
  readonly group: string
  readonly fileBytes: number
  readonly chunks: number
}

interface Round {
  readonly again: Again
  readonly end: 'whole' | 'different' | 'cancelled'
  readonly left: number
}

/** What one kill may cost (PROTOCOL 14.13, 14.17, 14.35, 14.37): what is in memory, on the line, and not in a row of the disk yet. */
function mostAgain(chunks: number): Again {
  const toMember = LIMITS.chunksBeingWritten + LIMITS.chunksAsked
  // Reading rests where a disk does not keep up: as often as so many chunks were read, and each time those on the line come again.
  const rests = 1 + Math.floor(chunks / LIMITS.chunksUnsaved)
  return {
    // At a relay: what no row says yet, and what waits for the store.
    came: Math.max(toMember, 2 * LIMITS.chunksUnsaved + rests * LIMITS.blobPushCredit),
    sent: toMember,
    left: LIMITS.chunksUnsaved + LIMITS.chunksLeaving,
  }
}

/** @param tell hears what became of each kill. */
export async function killAmongFiles(kills: number, fileBytes = FILE_BYTES, tell: (line: string) => void = () => {}): Promise<FileKills> {
  const killed = { sender: 0, receiver: 0, relay: 0 }
  const ends = { whole: 0, different: 0, cancelled: 0 }
  const again: Record<string, Again> = {}
  const faults: string[] = []
  let [late, left, files, leftAtRelay] = [0, 0, 0, 0]
  const stage = await enterAll(fileBytes)
  try {
    for (let round = 0; round < kills; round++) {
      const scene = SCENES[round % SCENES.length] as Scene
      const isCancelled = round % CANCELLED_EVERY === CANCELLED_EVERY - 1
      if (!isCancelled) files++
      const played = await playRound(stage, scene, isCancelled)
      late += played.late
      killed[scene.victim]++
      ends[played.end]++
      left += played.left
      const name = `${scene.victim}, ${scene.while}`
      again[name] = mostOf(again[name], played.again)
      tell(`${round + 1}. ${name}: ${played.end}, again ${JSON.stringify(played.again)}`)
    }
    leftAtRelay = await chunksLeftAt(stage.relay)
  } catch (fault) {
    faults.push(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault))
  } finally {
    faults.push(...stage.sender.faults(), ...stage.receiver.faults())
    for (const each of [stage.sender, stage.receiver, stage.relay]) await each.remove()
  }
  return { kills: killed, late, chunks: stage.chunks, files, ...ends, left, leftAtRelay, again, mostAgain: mostAgain(stage.chunks), faults }
}

const mostOf = (before: Again = { came: 0, sent: 0, left: 0 }, now: Again): Again => ({
  came: Math.max(before.came, now.came),
  sent: Math.max(before.sent, now.sent),
  left: Math.max(before.left, now.left),
})

async function enterAll(fileBytes: number): Promise<Stage> {
  const chunks = fileLayout(fileBytes)?.chunks ?? 0
  const relay = await startRelay()
  const entered: FileMember[] = []
  try {
    const [address = ''] = relay.addresses()
    for (const name of ['sender', 'receiver']) entered.push(await enterFileMember(name, address))
    const [sender, receiver] = entered as [FileMember, FileMember]
    const { group = '' } = await sender.call('ask', { kind: 'createGroup', title: 'Desk' })
    const { invite = '' } = await sender.call('ask', { kind: 'createInvite', group })
    await receiver.call('ask', { kind: 'setFetchedAtOnce', bytes: fileBytes })
    await receiver.call('ask', { kind: 'join', invite })
    await receiver.call('untilMember', group)
    return { relay, sender, receiver, group, fileBytes, chunks }
  } catch (fault) {
    for (const each of [...entered, relay]) await each.remove()
    throw fault
  }
}

async function playRound(stage: Stage, scene: Scene, isCancelled: boolean): Promise<Round & { readonly late: number }> {
  for (let late = 0; late <= MOST_LATE; late++) {
    const round = await tryRound(stage, scene, isCancelled)
    if (round !== null) return { ...round, late }
  }
  throw new Error(`the ${scene.victim} was never killed in the middle of a file that is ${scene.while}`)
}

/** Null: the kill came too late. */
async function tryRound(stage: Stage, scene: Scene, isCancelled: boolean): Promise<Round | null> {
  const { sender, receiver, group, fileBytes } = stage
  const { again, moved } = beginCount(stage, scene)
  const seed = Math.floor(Math.random() * 2 ** 31)
  const isDirect = scene.while === 'sent to a member'
  if (!isDirect) await receiver.leave()
  const message = await sender.call('send', group, fileBytes, seed)
  if (scene.while === 'read at a relay') {
    await sender.call('untilLeft', group, message)
    await sender.leave()
    await receiver.comeBack()
  }
  const isInTheMiddle = await killInTheMiddle(stage, scene.victim, moved)
  let end: Round['end'] = 'cancelled'
  let left = 0
  if (isInTheMiddle && isCancelled) left += await cancel(stage, message, scene)
  else {
    if (scene.while === 'left at a relay') {
      await sender.call('untilLeft', group, message)
      await sender.leave()
      await receiver.comeBack()
    }
    await receiver.call('untilHeard', group, message)
    await receiver.call('untilHere', group, message)
    end = (await receiver.call('read', group, message)) === hashOf(noiseAt(seed, 0, fileBytes)) ? 'whole' : 'different'
  }
  const counted = again()
  // The next file begins with empty stores.
  for (const each of [sender, receiver]) if (each.isAway()) await each.comeBack()
  if (end !== 'cancelled' || !isTakenBack(scene)) await takeBack(stage, message)
  for (const stayed of await Promise.all([leftAt(sender), leftAt(receiver)])) left += stayed
  if (!isInTheMiddle && end !== 'different') return null
  return { again: counted, end, left }
}

/** From now on. */
function beginCount({ sender, receiver }: Stage, scene: Scene): { readonly again: () => Again; readonly moved: () => number } {
  const [bySender, byReceiver] = [sender.logged(), receiver.logged()]
  const CAME: readonly ChunkWay[] = ['came from a member', 'came from a relay']
  const repeated = (chunks: readonly number[]): number => chunks.length - new Set(chunks).size
  return {
    again: () => ({
      came: repeated(receiver.chunks(CAME, byReceiver)),
      sent: repeated(sender.chunks(['sent'], bySender)),
      left: repeated(sender.chunks(['left'], bySender)),
    }),
    /** How many chunks have gone where the scene is. */
    moved: () => new Set(scene.while === 'left at a relay' ? sender.chunks(['left'], bySender) : receiver.chunks(CAME, byReceiver)).size,
  }
}

/** Kills it among the chunks and starts it again. Returns whether some had gone and some had not. */
async function killInTheMiddle(stage: Stage, victim: Victim, moved: () => number): Promise<boolean> {
  const least = Math.ceil(stage.chunks * (KILLED_FROM + Math.random() * (KILLED_TO - KILLED_FROM)))
  const deadlineMs = Date.now() + LONG_PATIENCE_MS
  while (moved() < least) {
    if (Date.now() > deadlineMs) throw new Error(`of ${stage.chunks} chunks ${moved()} went, and no more`)
    await sleep(LOOK_MS)
  }
  await stage[victim].kill()
  await sleep(DRAINED_MS)
  const gone = moved()
  await (victim === 'relay' ? stage.relay.start() : stage[victim].comeBack())
  return gone > 0 && gone < stage.chunks
}

/** Whether it is the author who cancels it. */
const isTakenBack = (scene: Scene): boolean => scene.while === 'left at a relay'

const takeBack = ({ sender, group }: Stage, message: string): Promise<unknown> => sender.call('ask', { kind: 'deleteMessage', group, message, forAll: true })

/** Who has a part of it cancels it, and where only the relay has, its author takes it back. Returns how many files stay there. */
async function cancel(stage: Stage, message: string, scene: Scene): Promise<number> {
  if (isTakenBack(scene)) {
    await takeBack(stage, message)
    return leftAt(stage.sender)
  }
  await stage.receiver.call('ask', { kind: 'cancelFile', group: stage.group, message, number: 0 })
  return leftAt(stage.receiver)
}

/** The files that stay in its store of chunks. */
async function leftAt(member: FileMember): Promise<number> {
  await waitUntil('the store to be empty', () => member.stored().length === 0).catch(() => {})
  await sleep(STAYS_MS)
  return member.stored().length
}

/** The author drops what it left there, in its own time. */
async function chunksLeftAt(relay: RelayProcess): Promise<number> {
  const count = (): number => {
    const store = new DatabaseSync(join(relay.folder, STORE_FILE), { readOnly: true })
    try {
      return Number(store.prepare('SELECT count(*) AS many FROM records WHERE length(body) >= ?').get(LIMITS.blobChunkBytes)?.many)
    } finally {
      store.close()
    }
  }
  await waitUntil('the relay to have no chunks', () => count() === 0).catch(() => {})
  return count()
}

const isWithin = (again: Again, most: Again): boolean => again.came <= most.came && again.sent <= most.sent && again.left <= most.left

export const isWhole = ({ kills, files, whole, different, left, leftAtRelay, again, mostAgain: most, faults }: FileKills): boolean =>
  Object.values(kills).some((count) => count > 0) &&
  whole === files &&
  different + left + leftAtRelay + faults.length === 0 &&
  Object.values(again).every((each) => isWithin(each, most))
