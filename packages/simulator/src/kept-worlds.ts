/**
 * Worlds that every run plays again: those that failed once, and some in which rare things meet. Any world that fails is
 * added, with what was wrong, when the fault is fixed. A seed stays the same world as long as its plan is drawn alike
 * (`plan.ts`): new draws come there after all existing ones.
 */
import { FAILED_IN_PROFILES } from './kept-in-profiles.ts'
import type { KeptWorld } from './kept-world.ts'

export { planOfKept } from './kept-world.ts'

/** Each with what was wrong. */
export const FAILED_ONCE: readonly KeptWorld[] = [
  { seed: 49, why: 'one half of a group was told an operation that the other half never got, and they never met again' },
  { seed: 55, why: 'one half of a group was told an operation that the other half never got, and they never met again' },
  { seed: 69, why: 'a rekey whose secret no member had stopped a group for ever' },
  { seed: 94, why: 'a relay dropped a removal, and a member that reconciled with no other never learned of it' },
  { seed: 95, why: 'one half of a group was told an operation that the other half never got, and they never met again' },
  { seed: 96, why: 'one half of a group was told an operation that the other half never got, and they never met again' },
  { seed: 343, why: 'after a restart no member answered a rekey whose secret no member had' },
  { seed: 565, why: 'a member that came late into an epoch did not learn where the others were, and was not sent again what it had not opened' },
  { seed: 700, why: "a relay's wipe took a key and its messages with it, and the devices that lacked them did not know" },
  { seed: 1019, why: 'a key that its owner sent before it left arrived after it had left, and was not taken' },
  { seed: 1169, why: 'a message that was resealed twice named its second place and was shown twice' },
  { seed: 1178, why: 'a key that its owner sent before it left arrived after it had left, and was not taken' },
  { seed: 2740, why: 'a message whose sending the disk forgot was resealed, and shown twice' },
  { seed: 3116, why: 'resends in a session that was never established counted against the three times' },
  { seed: 3158, why: 'resends in a session that was never established counted against the three times' },
  { seed: 3216, why: 'a signed prekey that was made while the relay was away was never published' },
  { seed: 3289, why: 'a signed prekey that was made while the relay was away was never published' },
  { seed: 3299, why: 'a member that had been away for longer than a mailbox lasts did not know a member that wrote to it, and could not answer' },
  { seed: 4471, why: 'messages of a member whose admission became filtered were unknown to some members that should show them as unreachable' },
  { seed: 5246, why: 'a relay that handed out old prekeys kept two members apart, and one half of a group stayed in an old epoch' },
  { seed: 5978, why: "a member that was admitted while the invite was being revoked kept the epoch's secret" },
  { seed: 6092, why: 'a message whose copies had all expired never came, although its author had it' },
  { seed: 6753, why: 'a message whose sending the disk forgot was resealed, and shown twice' },
  { seed: 7587, why: 'what came to one member in private from a removed member was unknown to the others' },
  { seed: 7787, why: 'what came to one member in private from a removed member was unknown to the others' },
  { seed: 9174, why: 'a disk that forgot a join gave another key the id of an earlier one' },
  { seed: 11420, why: "two halves of a group stayed in different epochs, and heard each other's announcements all the while" },
  { seed: 12051, why: 'a member that was removed and came back had written in between, and that counted as a loss' },
  { seed: 12156, why: 'an acknowledgement signed again after a lost write was a fork of its own device' },
  { seed: 12614, why: 'as seed 6092, and the author met the other only through the relay' },
  { seed: 16483, why: "what left in a session that a relay's old prekeys had spoilt counted against the three times" },
  { seed: 18898, why: "a relay's old prekeys kept the secret of an epoch beside the current one from a member for good" },
  { seed: 16, drawn: 'withCollusion', why: 'operations that waited had their place after a start, since their author was a member again' },
  { seed: 143, drawn: 'withCollusion', why: 'operations that found their place at a start were gone at the next one' },
  { seed: 30153, drawn: 'withTreason', why: 'a person that forgot its last group was shown like a member of its name' },
  {
    seed: 70341,
    drawn: 'withCollusion',
    why: 'a member had taken in more of a forked device than others keep, said so to nobody, and its messages waited for that',
  },
  {
    seed: 71781,
    drawn: 'withCollusion',
    why: 'one-time prekeys that a clock dated days ahead stayed at the relay, and nobody could open a session with their owner',
  },
  { seed: 72217, drawn: 'withCollusion', why: 'a message that a member no longer had after coming back was taken for one that was not meant for the reader' },
  { seed: 76031, drawn: 'withCollusion', why: 'an envelope that its author no longer had was asked for again whenever another sent it' },
  { seed: 78057, drawn: 'withCollusion', why: 'the name of one whom the log of a group did not name any more stayed when the group was forgotten' },
  { seed: 74893, drawn: 'withCollusion', why: 'a contact that a withdrawn join had brought was kept beside as many strangers as may be' },
  { seed: 78678, drawn: 'withCollusion', why: 'operations that waited for their parents were planned to be acknowledged' },
  { seed: 79983, drawn: 'withCollusion', why: 'an envelope that a member had made up in the place of a message to come stood for that message' },
  {
    seed: 82866,
    drawn: 'withCollusion',
    why: 'a device that was out let a person in from where it was before, and the new member dialled a relay that it named',
  },
  {
    seed: 82148,
    drawn: 'withCollusion',
    why: 'a member whose removal was filtered late was handed a secret that had been drawn without it, and no rekey was needed',
  },
  { seed: 81253, drawn: 'withCollusion', why: 'two members that wrote at the same time began an epoch after another, without end' },
  { seed: 81455, drawn: 'withCollusion', why: 'a key that could not be asked for while its owner was out was not asked for when the owner was back' },
  { seed: 82584, drawn: 'withCollusion', why: 'the only admin left a group whose relay was gone, and nobody heard of it' },
  {
    seed: 86349,
    drawn: 'withCollusion',
    why: 'what an admin signed that had been demoted, had seen it and was made an admin again counted as signed too late',
  },
  {
    seed: 83811,
    drawn: 'withCollusion',
    why: 'a removed member let a person in while its removal was filtered, and that stayed when the removal counted again',
  },
  { seed: 88396, drawn: 'withCollusion', why: 'a removal that an admin signed, and whose past it held back, kept the members apart' },
  { seed: 100554, drawn: 'withCollusion', why: 'what was sent again and withheld counted against later messages under the same key' },
  {
    seed: 101038,
    drawn: 'withCollusion',
    why: 'only an adversary could move a group whose relay was gone, the world had it moved by nobody, and members met by chance',
  },
  {
    seed: 101123,
    drawn: 'withCollusion',
    why: 'an answer to a message from the future, and one beside that, were in different orders, which counted as a fault',
  },
  {
    seed: 104032,
    drawn: 'withCollusion',
    why: 'a former member was given a new link and a person that it made up came in by that, which counted as a fault',
  },
  {
    seed: 110087,
    drawn: 'withCollusion',
    why: 'a disk forgot whom it had let in, a relay dropped that, and the one that alone saw the fork counted as removed with the secret of the epoch',
  },
  {
    seed: 110738,
    drawn: 'withCollusion',
    why: 'on a clock two days behind a message was above what came before the one that it named, which had never left, and that counted as a fault',
  },
  {
    seed: 113186,
    drawn: 'withCollusion',
    why: 'a relay dropped the removal of an admin, who went on with one that it let in, was heard in the ended epoch, and was told nothing',
  },
  {
    seed: 116000,
    drawn: 'withCollusion',
    why: 'a lid was closed before a member came in and forked, and what that one sealed before it was opened counted as late',
  },
  {
    seed: 117485,
    drawn: 'withCollusion',
    why: 'a person came in by the open link of a member whose device was in two hands and that had made it up, which counted as a fault',
  },
  {
    seed: 115445,
    drawn: 'withCollusion',
    why: 'one that slept heard that another was let in, and dialled what it named, before it heard of the fork, which counted as a fault',
  },
  {
    seed: 117704,
    drawn: 'withCollusion',
    why: 'members that an admin kept apart began one epoch after the other, one had not heard of the newest rekey, and that counted as a fault',
  },
  ...FAILED_IN_PROFILES,
]

/** Each combines things that meet in one world of hundreds, or in fewer. */
export const RARE: readonly KeptWorld[] = [
  { seed: 226, why: 'two relays, and each restarts with an empty disk' },
  { seed: 700, changes: { durability: 'relaxed' }, why: 'real public keys, an adversary and a lying relay, on disks that forget' },
  { seed: 770, why: 'all are away for days, a relay hands out old prekeys, and there is an adversary' },
  { seed: 101, why: 'an adversary equivocates and brings an old operation late, across a partition' },
  { seed: 1500, why: 'real public keys on disks that forget, and days in which all are away' },
  { seed: 3953, why: 'disks that forget, four crashes, a closed lid, and a partition with a relay on each side' },
  { seed: 4222, why: 'twelve people, of whom one is removed and one leaves' },
  { seed: 8414, why: 'three clocks that are wrong by more than five minutes, and days in which all are away' },
  { seed: 9885, why: 'invites revoked, two removals and people who come back, across a partition' },
]
