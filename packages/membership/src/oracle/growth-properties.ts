/** The model's properties, held against a log as it grew: the names are those of `models/membership-properties.h`. */
import { type Growth, growthsOf } from './log-growth.ts'
import type { PlacedOperation } from './placed-operation.ts'
import {
  aRemovalClosesInvites,
  aRightThatIsGoneGivesNothing,
  forkedDevicesWriteNothing,
  noneWritesBehindTheirRemoval,
  oneWithADeviceIsInCharge,
  theRemovedNeedAnAdmin,
} from './properties-of-rights.ts'
import { onlyMembersHaveTheSecret, theSeenRemovedGetNoKey } from './properties-of-secrets.ts'
import { theTakenTakeNothing, whatTookStays } from './properties-of-takings.ts'
import type { ResolvedLog } from './resolved-log.ts'

/** Whether each holds. */
export const GROWTH_PROPERTIES = {
  what_took_stays: whatTookStays,
  the_taken_take_nothing: theTakenTakeNothing,
  a_right_that_is_gone_gives_nothing: aRightThatIsGoneGivesNothing,
  the_removed_need_an_admin: theRemovedNeedAnAdmin,
  a_removal_closes_invites: aRemovalClosesInvites,
  none_writes_behind_their_removal: noneWritesBehindTheirRemoval,
  one_with_a_device_is_in_charge: oneWithADeviceIsInCharge,
  forked_devices_write_nothing: forkedDevicesWriteNothing,
  the_seen_removed_get_no_key: theSeenRemovedGetNoKey,
  only_members_have_the_secret: onlyMembersHaveTheSecret,
} as const satisfies { readonly [name: string]: (growth: Growth) => boolean }

export type GrowthProperty = keyof typeof GROWTH_PROPERTIES

/** What a log breaks, with the operation that breaks it. */
export const brokenInGrowth = (log: ResolvedLog): readonly { readonly name: GrowthProperty; readonly last: PlacedOperation }[] =>
  [...growthsOf(log)].flatMap((growth) =>
    (Object.keys(GROWTH_PROPERTIES) as readonly GrowthProperty[])
      .filter((name) => !GROWTH_PROPERTIES[name](growth))
      .map((name) => ({ name, last: growth.last })),
  )
