import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { describe, expect, it } from 'vitest'
import { noCounts, type RunCounts } from './counts.ts'
import { type PlannedEvent, planOf } from './plan.ts'
import { shrink } from './shrink.ts'
import { play, simulate } from './simulate.ts'

describe('a seeded world', () => {
  it('is the same every time it is played', async () => {
    const primitives = await loadSodiumPrimitives()
    expect(simulate(7, primitives).story).toEqual(simulate(7, primitives).story)
  })

  it('keeps its invariants, and sixty of them contain every kind of fault', async () => {
    const primitives = await loadSodiumPrimitives()
    const sum = noCounts()
    for (let seed = 9_000; seed < 9_060; seed++) {
      // Direct chats are in other worlds than those of sender keys alone, and files in worlds of their own.
      const { counts, violations, story } = simulate(seed, primitives, seed < 9_040 ? 'senderKeys' : 'mixed', { files: seed >= 9_050 })
      expect(violations, `seed ${seed}\n${story.join('\n')}`).toEqual([])
      for (const name of Object.keys(sum) as (keyof RunCounts)[]) sum[name] += counts[name]
    }
    for (const [name, count] of Object.entries(sum)) expect(count, name).toBeGreaterThan(0)
  })

  it.each([
    ['an honest member, where one may', 'admin', 'Alice'],
    ['an adversary, where only that may', 'member', 'Carol'],
  ] as const)('has a group whose relay is gone moved by %s', async (_who, role, mover) => {
    const plan = planOf(101_038)
    const plannedEvents: readonly PlannedEvent[] = [
      { kind: 'join', atMs: 3_000, peer: 1 },
      { kind: 'join', atMs: 4_000, peer: 2 },
      { kind: 'setRole', atMs: 18_000, peer: 0, whom: 2, role: 'admin' },
      { kind: 'setRole', atMs: 20_000, peer: 0, whom: 0, role },
      { kind: 'relayDies', atMs: 30_000, relay: 0, movedMs: 10_000 },
    ]
    expect(plan.adversaries).toEqual([2])
    const { story, violations } = play({ ...plan, plannedEvents }, await loadSodiumPrimitives())
    expect(story.filter((line) => line.includes('moves the group'))).toEqual([expect.stringContaining(`${mover} moves the group`)])
    expect(violations).toEqual([])
  })

  it('that fails is shrunk and fails in the same way', async () => {
    const primitives = await loadSodiumPrimitives()
    const plan = planOf(11)
    // A world whose founder stays frozen can never heal, which serves as a fault.
    const broken = { ...play(plan, primitives), violations: ['I0: a peer wrote'] }
    const smaller = shrink(plan, broken, primitives, 40, (each) => ({
      ...play(each, primitives),
      violations: each.plannedEvents.some(({ kind }) => kind === 'write') ? ['I0: a peer wrote'] : [],
    }))
    expect(smaller.plan.plannedEvents).toHaveLength(1)
    expect(smaller.plan.plannedEvents[0]?.kind).toBe('write')
  })

  it('has no loop of its own: it drives the one of the engine', () => {
    const source = readFileSync(join(import.meta.dirname, 'simulated-peer.ts'), 'utf8')
    expect(source.replace(/\s+/g, ' ')).toMatch(/\bturn\( ?this\.#core, this\.state, this\.#queue\b/)
    // What would leave, if something were asked for, is looked at and never carried out.
    expect(source.match(/(?<!leavesBy\(this\.#core)\.step\(/g)).toHaveLength(1)
  })
})
