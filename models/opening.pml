/*
 * A chain that opens, over crashes and backups (PROTOCOL 2.15, 3.6, 3.10, 3.11, 7.1, 9.5): a sender key as a receiver has it, or the
 * receiving half of a session. Every letter is sealed already; the relay hands out any of them, in any order and again and again.
 *
 * A letter is opened in memory: its key is used, and the message is shown. Then both are durable in one commit, then the relay is
 * told that it may forget the letter. At any time the device crashes, its disk is kept as a backup, or put back to that.
 */
c_decl {
\#include "rule.h"
}

#define PLACES 4
#define LETTERS 5      /* one for each place, and at the first another: its sender's key is in two hands */
#define MOST_FAULTS 4

/* Sets are bit masks. */
typedef Chain {
  byte next;    /* place of the next key */
  byte skipped; /* places before it whose keys are kept */
  byte used;    /* places whose key has opened something */
  byte shown    /* letters that are shown */
}

Chain memory, disk, backup;
bool runs, isKept;
byte open;        /* the letter that was opened and that the relay was not told of; NONE: there is none */
bool durable;     /* whether that is on the disk */
byte acknowledged; /* letters that the relay was told of, unless the disk was put back since */
byte faults, place;
/* The configuration. */
bool rule_3_6, rule_3_10, rule_3_11, rule_9_5;
bool look_no_key_opens_two, look_shown_once, look_acknowledged_is_kept, look_kept_keys_are_bounded;

#define NONE LETTERS
#define bit(number) (1 << (number))
#define same(a, b) a.next = b.next; a.skipped = b.skipped; a.used = b.used; a.shown = b.shown
#define mayFail (faults < MOST_FAULTS)
/* Of keys the one with the lowest place is the oldest. Two are kept for letters that are late. */
#define without_lowest(set) ((set) & ((set) - 1))
#define too_many(set) (without_lowest(without_lowest(set)) != 0)
#define place_of(letter) ((letter) % PLACES)
#define has_key(letter) (place_of(letter) >= memory.next || (memory.skipped & bit(place_of(letter))))

/* A property, and whether it is looked at in this configuration. */
#define HOLDS(name, condition) assert(!look_##name || (condition))

/* 3.6: of keys that are skipped so many are kept. The oldest goes first. */
inline keep_before(until) {
  do
  :: memory.next < until ->
     memory.skipped = memory.skipped | bit(memory.next); memory.next++;
     if
     :: rule_3_6 && too_many(memory.skipped) -> memory.skipped = without_lowest(memory.skipped)
     :: else
     fi
  :: else -> break
  od
}

/* 3.11: a key is gone with what it opened. */
inline use(letter) {
  place = place_of(letter);
  if
  :: place >= memory.next -> keep_before(place); memory.next = place + 1
  :: else
  fi;
  if
  :: rule_3_11 -> memory.skipped = memory.skipped & ~bit(place)
  :: else -> memory.skipped = memory.skipped | bit(place)
  fi;
  HOLDS(kept_keys_are_bounded, !too_many(memory.skipped));
  HOLDS(no_key_opens_two, !(memory.used & bit(place)));
  HOLDS(shown_once, !(memory.shown & bit(letter)));
  memory.used = memory.used | bit(place); memory.shown = memory.shown | bit(letter); open = letter; place = 0
}

inline arrive(letter) { printf("EVENT arrive letter=%d place=%d\n", letter, place_of(letter)); use(letter) }

init {
  c_code {
    now.rule_3_6 = rule("3.6");
    now.rule_3_10 = rule("3.10");
    now.rule_3_11 = rule("3.11");
    now.rule_9_5 = rule("9.5");
    now.look_no_key_opens_two = looked_at("no_key_opens_two");
    now.look_shown_once = looked_at("shown_once");
    now.look_acknowledged_is_kept = looked_at("acknowledged_is_kept");
    now.look_kept_keys_are_bounded = looked_at("kept_keys_are_bounded");
  };
  open = NONE;
  do
  :: atomic { !runs -> printf("EVENT start\n");
       HOLDS(acknowledged_is_kept, !(acknowledged & ~disk.shown));
       same(memory, disk); runs = true }
  :: atomic { runs && open == NONE && has_key(0) -> arrive(0) }
  :: atomic { runs && open == NONE && has_key(1) -> arrive(1) }
  :: atomic { runs && open == NONE && has_key(2) -> arrive(2) }
  :: atomic { runs && open == NONE && has_key(3) -> arrive(3) }
  :: atomic { runs && open == NONE && has_key(4) -> arrive(4) }
  /* 3.10: the message and its key, in one commit. */
  :: atomic { open != NONE && !durable && rule_3_10 -> printf("EVENT commit\n"); same(disk, memory); durable = true }
  :: atomic { open != NONE && !durable && !rule_3_10 && disk.shown != memory.shown ->
       printf("EVENT show\n"); disk.shown = memory.shown; disk.used = memory.used }
  :: atomic { open != NONE && !durable && !rule_3_10 && disk.shown == memory.shown -> printf("EVENT commit\n"); same(disk, memory); durable = true }
  /* 7.1, 9.5: what is acknowledged is durable. */
  :: atomic { open != NONE && (durable || !rule_9_5) ->
       printf("EVENT acknowledge letter=%d\n", open);
       acknowledged = acknowledged | bit(open); open = NONE; durable = false }
  :: atomic { runs && mayFail -> printf("EVENT crash\n"); faults++;
       runs = false; open = NONE; durable = false; memory.next = 0; memory.skipped = 0; memory.used = 0; memory.shown = 0 }
  :: atomic { !runs && mayFail -> printf("EVENT keep\n"); faults++; same(backup, disk); isKept = true }
  :: atomic { !runs && mayFail && isKept -> printf("EVENT restore\n"); faults++; same(disk, backup); acknowledged = 0 }
  od
}
