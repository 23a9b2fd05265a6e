/** What two people compare, of a played engine. */
import type { EngineReply, EngineView } from '@sotto/engine/api'
import { DIGITS, SAFETY_CODE } from './played-values.ts'

export function safetyOf({ groups }: EngineView, account: string, nowMs: number): EngineReply {
  const member = groups.flatMap(({ members }) => members).find((each) => each.account === account)
  if (member === undefined) return { ok: false, rejection: { code: 'unknownAccount', numbers: {} } }
  const { name, another, mark, isForked } = member
  const devices = Array.from({ length: member.devices }, (_, i) => ({ device: `${account}${i}Zt3kVx9L`, createdMs: nowMs - (40 + i) * 86_400_000 }))
  const verifiedMs = mark === 'none' ? null : nowMs - 3 * 86_400_000
  return { ok: true, value: { safety: { name, another, mark, isForked, digits: DIGITS, code: SAFETY_CODE, devices, verifiedMs } } }
}
