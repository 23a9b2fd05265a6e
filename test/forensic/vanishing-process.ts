/**
 * Two people on real files and a real relay, in a process that can be killed: one says texts that vanish, the other reads them. It writes
 * where it is as a line, and goes on when it reads one. Arguments: relay, folder of each, passphrase, how many, seconds; or `again`,
 * folder of each, passphrase: a later start on the same folders.
 */
import { createInterface } from 'node:readline'
import { startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { textOf } from './forensic-texts.ts'

const PATIENCE_MS = 5 * 60_000
/** After so many texts the other side looks at the disk. */
const AT_ONCE = 20

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
/** Says where it is, and waits until it may go on. */
async function at(place: string): Promise<void> {
  console.log(place)
  await lines.next()
}

const [first = '', ...others] = process.argv.slice(2)

async function again([aliceFolder = '', bobFolder = '', passphrase = '']: readonly string[]): Promise<void> {
  const both = await Promise.all([aliceFolder, bobFolder].map((folder, i) => startHeadlessProfile(`again-${i}`, null, { folder })))
  for (const each of both) {
    await each.until('to be locked', ({ phase }) => (phase === 'locked' ? true : undefined))
    await each.ask({ kind: 'unlock', passphrase })
  }
  await at('started')
  for (const each of both) await each.stop()
}

async function play(relay: string, [aliceFolder = '', bobFolder = '', passphrase = '', many = '', seconds = '']: readonly string[]): Promise<void> {
  const alice = await startHeadlessProfile('Alice', { relays: [relay], passphrase }, { folder: aliceFolder })
  const bob = await startHeadlessProfile('Bob', { relays: [relay], passphrase }, { folder: bobFolder })
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await bob.ask({ kind: 'join', invite })
  await bob.until('to be in', ({ groups }) => (groups[0]?.state === 'member' ? true : undefined))
  await bob.ask({ kind: 'send', group, text: 'this one stays' })
  await alice.untilTexts(group, ['this one stays'])
  await alice.ask({ kind: 'setLifetime', group, seconds: Number(seconds) })
  await bob.until('to hear of the timer', ({ groups }) => (groups[0]?.lifetimeSeconds === Number(seconds) ? true : undefined))
  const texts = Array.from({ length: Number(many) }, (_, i) => textOf(i))
  for (let i = 0; i < texts.length; i += AT_ONCE) {
    for (const text of texts.slice(i, i + AT_ONCE)) await alice.ask({ kind: 'send', group, text })
    await bob.untilTexts(group, texts.slice(0, i + AT_ONCE), PATIENCE_MS)
    await at('some')
  }
  await at('said')
  await bob.ask({ kind: 'markRead', group })
  for (const each of [alice, bob]) {
    for (;;) {
      const left = await each.texts(group)
      if (left.join() === 'this one stays') break
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  await at('vanished')
  for (const each of [alice, bob]) await each.stop()
  if (alice.faults.length + bob.faults.length > 0) throw new AggregateError([...alice.faults, ...bob.faults])
}

await (first === 'again' ? again(others) : play(first, others))
process.exit(0)
