/** Browsers whose people are already in one group, without the screens: for stories about what comes after. */
import type { EngineRequest, EngineValue, EngineView, GroupView, MessageView } from '@sotto/engine/api'
import type { BrowserName } from '../../../scripts/browsers.ts'
import type { AppPage, BrowserProfile, ProfileOptions } from '../../fixtures/browser-profile.ts'
import { askEngine } from '../../fixtures/engine-link.ts'
import type { RelayProcess } from '../../fixtures/relay-process.ts'
import { startProfile } from '../../fixtures/start-profile.ts'
import { waitUntil } from '../../fixtures/wait-until.ts'

/** One person's browser and the calls of its engine that stories use. */
export interface Member {
  readonly name: string
  readonly profile: BrowserProfile
  readonly page: () => AppPage
  /** Throws with the code if it is refused. */
  readonly ask: (request: EngineRequest) => Promise<EngineValue>
  readonly view: () => Promise<EngineView>
  readonly group: (id: string) => Promise<GroupView | undefined>
  readonly messages: (group: string) => Promise<readonly MessageView[]>
  readonly texts: (group: string) => Promise<readonly string[]>
  /** Sends all of them, in their order, some at once. Resolves when the last is stored. */
  readonly sendAll: (group: string, texts: readonly string[]) => Promise<void>
  /** Another popup, at the list. */
  readonly reopen: () => Promise<void>
  /** Closes the browser, cleanly or with SIGKILL. */
  readonly away: (how: 'stop' | 'kill') => Promise<void>
  /** The browser again, with the popup open at the list and the vault unlocked (without a passphrase). */
  readonly back: () => Promise<void>
}

const PAGE = 200
/** Requests that a page makes before the first is answered. A guess: enough to hide the way there and back. */
const SENDS_AT_ONCE = 20

export async function startMember(
  browser: BrowserName,
  name: string,
  passphrase: string | null = null,
  options: Pick<ProfileOptions, 'extension' | 'flags' | 'folder' | 'preferences'> = {},
): Promise<Member> {
  const member = await openMember(browser, name, { passphrase, ...options })
  await waitUntil(`${name} can sign up`, async () => (await member.view()).phase === 'noProfile')
  await member.ask({ kind: 'createProfile', name, passphrase, relays: [] })
  return member
}

/** A person's browser on a folder, which may already contain a profile. */
export async function openMember(
  browser: BrowserName,
  name: string,
  { passphrase = null, ...options }: Omit<ProfileOptions, 'name'> & { readonly passphrase?: string | null } = {},
): Promise<Member> {
  const profile = await startProfile(browser, { name: name.toLowerCase(), ...options })
  let page = await profile.open('popup')
  const view = async (): Promise<EngineView> => (await askEngine(page, { kind: 'look' })).view
  const ask = async (request: EngineRequest): Promise<EngineValue> => {
    const { reply } = await askEngine(page, request)
    if (!reply.ok) throw new Error(`${name} was refused ${request.kind}: ${reply.rejection.code}`)
    return reply.value
  }
  const messages = async (group: string): Promise<readonly MessageView[]> => {
    const all: MessageView[] = []
    for (let before: string | null = null; ;) {
      const answer: EngineValue = await ask({ kind: 'readMessages', group, before, limit: PAGE })
      const found = answer.messages ?? []
      all.unshift(...found)
      before = found[0]?.order ?? null
      if (answer.more !== true || before === null) return all
    }
  }
  const reopen = async (): Promise<void> => {
    page = await profile.open('popup')
    // Wherever the last one was: `conversation-place` tells what a popup does by itself.
    await page.evaluate(() => {
      location.hash = '#/'
    }, null)
  }
  return {
    name,
    profile,
    page: () => page,
    ask,
    view,
    group: async (id) => (await view()).groups.find((each) => each.id === id),
    messages,
    texts: async (group) => (await messages(group)).flatMap(({ body }) => (body.kind === 'text' ? [body.text] : [])),
    sendAll: async (group, texts) => {
      for (let at = 0; at < texts.length; at += SENDS_AT_ONCE)
        await Promise.all(texts.slice(at, at + SENDS_AT_ONCE).map((text) => ask({ kind: 'send', group, text })))
    },
    away: (how) => (how === 'stop' ? profile.stop() : profile.kill()),
    reopen,
    back: async () => {
      await profile.start()
      await reopen()
      if (passphrase === null) await waitUntil(`${name} is back`, async () => (await view()).phase === 'ready')
    },
  }
}

/** The first makes a group with this relay, and the others are admitted one after the other. */
export async function meet(relay: Pick<RelayProcess, 'addresses'>, founder: Member, others: readonly Member[]): Promise<string> {
  await founder.ask({ kind: 'addRelay', address: relay.addresses()[0] ?? '' })
  const { group = '' } = await founder.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await founder.ask({ kind: 'createInvite', group })
  for (const other of others) {
    await other.ask({ kind: 'join', invite })
    await waitUntil(`${other.name} is in`, async () => (await other.group(group))?.state === 'member')
  }
  return group
}
