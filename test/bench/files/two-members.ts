/** Two members of a group in processes of their own, with a relay in a third. */
import { rmSync } from 'node:fs'
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { type Server, startServer } from '../relay/processes.ts'
import { type FileMember, startFileMember } from './members.ts'

export interface TwoMembers {
  readonly relay: Server
  readonly alice: FileMember
  readonly bob: FileMember
  readonly group: string
}

/** @param fileBytes the largest file that the relay keeps. Nothing that is sent comes unasked. */
export async function withTwoMembers<T>(fileBytes: number, work: (two: TwoMembers) => Promise<T>): Promise<T> {
  const folder = makeTemporaryFolder('bench-files-relay')
  const relay = await startServer({ kind: 'sotto', folder: folder.path, nats: null, fileBytes })
  const [alice, bob] = await Promise.all([startFileMember(), startFileMember()])
  const profiles: string[] = []
  try {
    profiles.push(await alice.call('signUp', 'Alice', [relay.address]), await bob.call('signUp', 'Bob', [relay.address]))
    const { group = '' } = await alice.call('ask', { kind: 'createGroup', title: 'Desk' })
    const { invite = '' } = await alice.call('ask', { kind: 'createInvite', group })
    await bob.call('ask', { kind: 'join', invite })
    await bob.call('untilMember', group)
    for (const each of [alice, bob]) {
      await each.call('ask', { kind: 'setFetchedAtOnce', bytes: 0 })
      // Nobody is shown whether a member is connected before that one allows it.
      await each.call('ask', { kind: 'setPrivacy', what: 'presence', isOn: true })
      await each.call('ask', { kind: 'active' })
    }
    return await work({ relay, alice, bob, group })
  } finally {
    await Promise.all([alice.end(), bob.end(), relay.end()])
    for (const path of profiles) rmSync(path, { recursive: true, force: true })
    folder.remove()
  }
}
