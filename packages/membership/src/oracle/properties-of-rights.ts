/** What the model asks of operations that give: their right is there, and is the one that such an operation needs. */
import { departuresOf, devicesTaken, inviteUsed, isAdmin, type View } from './facts.ts'
import type { Growth } from './log-growth.ts'
import { hexOf, type PlacedOperation } from './placed-operation.ts'
import { groundsOf } from './rights.ts'

/** What has become effective. Of what was so before, this was asked when it became so. */
const newlyEffective = ({ earlier, now }: Growth): readonly PlacedOperation[] => [...now.effective].filter((operation) => !earlier.effective.has(operation))

const newAdmissions = (growth: Growth): readonly PlacedOperation[] => newlyEffective(growth).filter(({ unsigned: { body } }) => body.kind === 'admit')

const takes = (view: View, operation: PlacedOperation): boolean => {
  const { body } = operation.unsigned
  if (body.kind === 'setRole') return body.role === 'member'
  return body.kind === 'remove' || body.kind === 'revokeInvite' || devicesTaken(view.before, operation).length > 0
}

const wasRemoved = (view: View, person: string): boolean => departuresOf(view, person).some(({ unsigned: { body } }) => body.kind === 'remove')

/** What gives (an admission, a role, an invite) rests on what is effective itself. */
export function aRightThatIsGoneGivesNothing(growth: Growth): boolean {
  const { earlier, now } = growth
  const isLess = [...earlier.effective].some((operation) => !now.effective.has(operation))
  return (isLess ? [...now.effective] : newlyEffective(growth)).every(
    (operation) => takes(now, operation) || groundsOf(now.before(operation), operation).every((ground) => ground.some((each) => now.effective.has(each))),
  )
}

/** Only an admin admits an account again that a removal took out. */
export const theRemovedNeedAnAdmin = (growth: Growth): boolean =>
  newAdmissions(growth).every((admission) => {
    const then = growth.now.before(admission)
    return admission.entry === null || !wasRemoved(then, admission.entry.account) || isAdmin(then, admission.account)
  })

/** A removed member that kept an invite brings nobody in behind its removal. */
export const aRemovalClosesInvites = ({ now }: Growth): boolean =>
  [...now.effective].every((admission) => {
    if (admission.unsigned.body.kind !== 'admit') return true
    const invite = [...admission.past].find(({ id }) => id === inviteUsed(admission))
    const removals = [...admission.past].filter((each) => each.unsigned.body.kind === 'remove' && now.effective.has(each))
    return invite === undefined || removals.every((removal) => invite.past.has(removal))
  })

/** A removed member writes nothing behind its removal that counts, also where that was filtered for a while. */
export const noneWritesBehindTheirRemoval = ({ now }: Growth): boolean =>
  [...now.effective].every(({ account, past }) => {
    const before = [...past].filter((each) => now.effective.has(each))
    const back = before.filter(({ entry, unsigned: { body } }) => entry?.account === account && body.kind === 'admit')
    return before.every(
      (removal) => removal.unsigned.body.kind !== 'remove' || hexOf(removal.unsigned.body.account) !== account || back.some((each) => each.past.has(removal)),
    )
  })

/** A group in which a member has a device is not without one in charge that has. */
export function oneWithADeviceIsInCharge({ roster }: Growth): boolean {
  const able = roster.members.filter(({ devices }) => devices.length > 0)
  return able.length === 0 || able.some(({ role }) => role === 'admin')
}

/** A device in two hands writes nothing more that counts. */
export const forkedDevicesWriteNothing = (growth: Growth): boolean =>
  newlyEffective(growth).every(({ account, device, past }) => {
    const own = [...past].filter((each) => each.device === device && each.account === account)
    return new Set(own.map(({ previous }) => previous)).size === own.length
  })
