/** The properties of the models (`models/README.md`), each with the invariant that holds it in every world, or why none can. */

type Where = { readonly by: `I${number}` } | { readonly not: string }

const inLogs: Where = { by: 'I26' }

export const WHERE_HELD = {
  membership: {
    equal_sets_give_equal_rosters: inLogs,
    what_took_stays: inLogs,
    the_taken_take_nothing: inLogs,
    a_right_that_is_gone_gives_nothing: inLogs,
    the_removed_need_an_admin: inLogs,
    a_removal_closes_invites: inLogs,
    none_writes_behind_their_removal: inLogs,
    one_with_a_device_is_in_charge: inLogs,
    forked_devices_write_nothing: inLogs,
    the_seen_removed_get_no_key: inLogs,
    only_members_have_the_secret: inLogs,
  },
  joining: {
    readers_were_entitled: { by: 'I19' },
    the_removed_get_no_key: {
      not: 'whether a member can answer a new one in time is up to the lids, crashes and losses of a world: it is played on devices, in `test/models/joining-replay.test.ts`',
    },
    the_welcomed_are_members: { by: 'I28' },
    the_link_holds: { by: 'I27' },
  },
  chain: {
    no_place_is_used_twice: { by: 'I1' },
    what_left_is_remembered: {
      not: 'disks of worlds forget what they acknowledged, on purpose: that nothing leaves before it is durable is held by the tests of the loop',
    },
  },
  opening: {
    no_key_opens_two: { by: 'I8' },
    shown_once: { by: 'I8' },
    acknowledged_is_kept: { by: 'I4' },
    kept_keys_are_bounded: { by: 'I7' },
  },
} as const satisfies { readonly [model: string]: { readonly [property: string]: Where } }
