import type { EngineView, GroupView } from '@sotto/engine/api'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Attention, watchAttention } from './attention.ts'

const FOR_EVER = 2 ** 48 - 1

const group = (id: string, unread: number, text = 'Hello', more: Partial<GroupView> = {}): GroupView =>
  ({
    id,
    title: `Group ${id}`,
    unread,
    mentions: 0,
    mutedUntilMs: null,
    ...more,
    lastMessage: { text, senderName: 'Alice', senderAnother: 1, own: false, atMs: 0 },
  }) as unknown as GroupView
const ready = (groups: readonly GroupView[], show: 'off' | 'noContent' | 'content' = 'content', mentionsThroughMute = true): EngineView =>
  ({ phase: 'ready', profile: { notifications: { show, mentionsThroughMute } }, groups }) as unknown as EngineView
const locked = { phase: 'locked', profile: null, groups: [] } as unknown as EngineView

function setUp() {
  let now = 1_000_000
  const performed: Attention[] = []
  const shown = new Set<string>()
  const timers: { readonly atMs: number; readonly act: () => void }[] = []
  const watch = watchAttention({
    nowMs: () => now,
    after: (ms, act) => timers.push({ atMs: now + ms, act }),
    isShown: (id) => shown.has(id),
    perform: (attention) => performed.push(attention),
  })
  const pass = (ms: number): void => {
    now += ms
    for (const timer of timers.filter(({ atMs }) => atMs <= now)) {
      timers.splice(timers.indexOf(timer), 1)
      timer.act()
    }
  }
  const of = <K extends Attention['kind']>(kind: K) => performed.filter((each): each is Extract<Attention, { readonly kind: K }> => each.kind === kind)
  return {
    watch,
    shown,
    pass,
    badges: () => of('badge').map(({ badge }) => badge),
    notified: () => of('notify').map(({ notification }) => notification),
    takenAway: () => of('takeAway').map(({ ids }) => ids),
  }
}

let world: ReturnType<typeof setUp>
beforeEach(() => {
  world = setUp()
})

describe('the badge', () => {
  test('counts what is unread, and says nothing twice', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    world.watch.viewChanged(ready([group('a', 2), group('b', 1)]))
    world.watch.viewChanged(ready([group('b', 1), group('a', 2)]))
    world.watch.viewChanged(ready([group('a', 0), group('b', 0)]))
    expect(world.badges()).toEqual([{ kind: 'nothing' }, { kind: 'count', count: 3 }, { kind: 'nothing' }])
  })

  test('does not count what is muted, for as long as it is', () => {
    const muted = group('a', 2, 'Hello', { mutedUntilMs: 1_060_000 })
    world.watch.viewChanged(ready([muted, group('b', 1)]))
    world.pass(60_000)
    world.watch.viewChanged(ready([muted, group('b', 1)]))
    expect(world.badges()).toEqual([
      { kind: 'count', count: 1 },
      { kind: 'count', count: 3 },
    ])
  })

  test('says that a profile is locked, where nothing is received', () => {
    world.watch.viewChanged(ready([group('a', 2)]))
    world.watch.viewChanged(locked)
    expect(world.badges().at(-1)).toEqual({ kind: 'locked' })
  })
})

describe('a notification', () => {
  test('says who wrote what, and how many wait', () => {
    world.watch.viewChanged(ready([group('a', 3)]))
    world.watch.viewChanged(ready([group('a', 5, 'See you\nat  ten')]))
    world.pass(400)
    const [notification] = world.notified()
    expect(notification).toMatchObject({ count: 5, content: { title: 'Group a', senderName: 'Alice', senderAnother: 1, text: 'See you at ten' } })
    expect(world.watch.groupOf(notification?.id ?? '')).toBe('a')
    expect(notification?.id).not.toContain('Group')
  })

  test('has no content where the person wants none, and is none where it is off', () => {
    world.watch.viewChanged(ready([group('a', 0)], 'noContent'))
    world.watch.viewChanged(ready([group('a', 1)], 'noContent'))
    world.pass(400)
    expect(world.notified()).toMatchObject([{ count: 1, content: null }])
    world.watch.viewChanged(ready([group('a', 1)], 'off'))
    world.watch.viewChanged(ready([group('a', 2)], 'off'))
    world.pass(10_000)
    expect(world.notified()).toHaveLength(1)
  })

  test('does not come for what was unread when the profile opened', () => {
    world.watch.viewChanged(locked)
    world.watch.viewChanged(ready([group('a', 4)]))
    world.pass(10_000)
    expect(world.notified()).toEqual([])
  })

  test('comes for a conversation that is new', () => {
    world.watch.viewChanged(ready([]))
    world.watch.viewChanged(ready([group('a', 1)]))
    world.pass(400)
    expect(world.notified()).toHaveLength(1)
  })

  test('does not come for the conversation before the person’s eyes', () => {
    world.watch.viewChanged(ready([group('a', 0), group('b', 0)]))
    world.shown.add('a')
    world.watch.viewChanged(ready([group('a', 1), group('b', 1)]))
    world.pass(400)
    expect(world.notified().map(({ id }) => world.watch.groupOf(id))).toEqual(['b'])
  })

  test('does not come for what was read at once', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    world.watch.viewChanged(ready([group('a', 1)]))
    world.pass(200)
    world.watch.viewChanged(ready([group('a', 0)]))
    world.pass(10_000)
    expect(world.notified()).toEqual([])
  })

  test('is one for each conversation, replaced, and not more often than every three seconds', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    for (let unread = 1; unread <= 1000; unread++) {
      world.watch.viewChanged(ready([group('a', unread, `line ${unread}`)]))
      world.pass(10)
    }
    world.pass(3_000)
    const notified = world.notified()
    expect(notified.length).toBeGreaterThan(2)
    expect(notified.length).toBeLessThanOrEqual(5)
    expect(new Set(notified.map(({ id }) => id)).size).toBe(1)
    expect(notified.at(-1)).toMatchObject({ count: 1000, content: { text: 'line 1000' } })
  })

  test('says that the person is mentioned', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    world.watch.viewChanged(ready([group('a', 2, 'Bob?', { mentions: 1 })]))
    world.pass(400)
    expect(world.notified()).toMatchObject([{ count: 2, isMention: true }])
  })

  describe('of a muted conversation', () => {
    const muted = (unread: number, mentions: number): GroupView => group('a', unread, 'Hello', { mentions, mutedUntilMs: FOR_EVER })

    test('does not come', () => {
      world.watch.viewChanged(ready([muted(0, 0)]))
      world.watch.viewChanged(ready([muted(3, 0)]))
      world.pass(10_000)
      expect(world.notified()).toEqual([])
    })

    test('comes where the person is mentioned, and counts those alone', () => {
      world.watch.viewChanged(ready([muted(0, 0)]))
      world.watch.viewChanged(ready([muted(3, 1)]))
      world.pass(10_000)
      expect(world.notified()).toMatchObject([{ count: 1, isMention: true }])
    })

    test('does not come even then, where the person wants none', () => {
      world.watch.viewChanged(ready([muted(0, 0)], 'content', false))
      world.watch.viewChanged(ready([muted(3, 1)], 'content', false))
      world.pass(10_000)
      expect(world.notified()).toEqual([])
    })
  })

  test('goes when its conversation was read', () => {
    world.watch.viewChanged(ready([group('a', 0), group('b', 0)]))
    world.watch.viewChanged(ready([group('a', 1), group('b', 1)]))
    world.pass(400)
    world.watch.viewChanged(ready([group('a', 0), group('b', 1)]))
    expect(world.takenAway()).toEqual([[world.notified().find(({ id }) => world.watch.groupOf(id) === 'a')?.id]])
  })

  test('goes when one of several vanished, and is not said again for the others', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    world.watch.viewChanged(ready([group('a', 2)]))
    world.pass(400)
    world.watch.viewChanged(ready([group('a', 1)]))
    world.pass(10_000)
    expect([world.takenAway(), world.notified().length]).toEqual([[[world.notified()[0]?.id]], 1])
  })

  test('says nothing of what a message says that vanishes', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    const { lastMessage, ...rest } = group('a', 1, 'The code is 7714')
    world.watch.viewChanged(ready([{ ...rest, lastMessage: lastMessage === null ? null : { ...lastMessage, vanishes: true } }]))
    world.pass(400)
    expect(world.notified()).toMatchObject([{ count: 1, content: { senderName: 'Alice', text: null } }])
    expect(JSON.stringify(world.notified())).not.toContain('7714')
  })

  test('goes when its conversation is forgotten', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    world.watch.viewChanged(ready([group('a', 1)]))
    world.pass(400)
    world.watch.viewChanged(ready([]))
    expect(world.takenAway()).toHaveLength(1)
  })

  test('goes with the lock, and leads nowhere any more', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    world.watch.viewChanged(ready([group('a', 1)]))
    world.pass(400)
    const [notification] = world.notified()
    world.watch.viewChanged(locked)
    expect(world.takenAway()).toEqual([null])
    expect(world.watch.groupOf(notification?.id ?? '')).toBeUndefined()
  })

  test('that is due when the profile locks does not come', () => {
    world.watch.viewChanged(ready([group('a', 0)]))
    world.watch.viewChanged(ready([group('a', 1)]))
    world.watch.viewChanged(locked)
    world.pass(10_000)
    expect(world.notified()).toEqual([])
  })
})
