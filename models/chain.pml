/*
 * A chain that seals, over crashes, copies and backups (PROTOCOL 2.14, 3.1, 9.5, 9.6): a sender key, or the sending half of a
 * session. Two copies of one profile run. A chain is a secret of its own, and the place of its next message.
 *
 * A message is sealed in memory, then the chain is durable, then the message leaves: the loop's order (ARCHITECTURE). At any
 * time a copy crashes, a disk is kept as a backup, put back to that, or copied over the other's.
 */
c_decl {
\#include "rule.h"
}

#define COPIES 2
#define MOST_CHAINS 4
#define MOST_PLACES 2
#define MOST_FAULTS 3

typedef Chain {
  byte secret;    /* which; 0: none */
  byte next       /* place of the next message */
}
typedef Copy {
  bool runs;
  Chain memory;
  Chain disk;
  Chain backup;
  bool sealed;    /* a message that did not leave yet, and whether its chain is durable */
  bool durable;
  Chain at;       /* the chain and the place that it was sealed at */
  Chain left;     /* the last that left, unless the disk is another's or an older one since */
}
typedef Places { bool used[MOST_PLACES] }

Copy copies[COPIES];
Places chains[MOST_CHAINS + 1];
byte secrets;     /* drawn so far */
byte faults;
/* The configuration. */
bool rule_9_5, rule_9_6, look_no_place_is_used_twice, look_what_left_is_remembered;

#define same(a, b) a.secret = b.secret; a.next = b.next
#define none(a) a.secret = 0; a.next = 0
#define me copies[c]
#define other copies[1 - c]
#define mayFail (faults < MOST_FAULTS)

/* A property, and whether it is looked at in this configuration. */
#define HOLDS(name, condition) assert(!look_##name || (condition))

/* 9.6: each start has chains of its own: what this disk does not know may have been sealed with the ones that it holds. */
inline begin(c) {
  HOLDS(what_left_is_remembered, me.left.secret == 0 || me.disk.secret > me.left.secret ||
    (me.disk.secret == me.left.secret && me.disk.next > me.left.next));
  same(me.memory, me.disk);
  if
  :: rule_9_6 || me.memory.secret == 0 -> secrets++; me.memory.secret = secrets; me.memory.next = 0
  :: else
  fi;
  me.runs = true
}

inline play(c) {
  if
  :: atomic { !me.runs && secrets < MOST_CHAINS -> printf("EVENT start copy=%d\n", c); begin(c) }
  :: atomic { me.runs && !me.sealed && me.memory.next < MOST_PLACES ->
       printf("EVENT seal copy=%d\n", c);
       me.sealed = true; same(me.at, me.memory); me.memory.next++ }
  :: atomic { me.sealed && !me.durable -> printf("EVENT commit copy=%d\n", c); same(me.disk, me.memory); me.durable = true }
  /* 9.5: what a message rests on is durable before it leaves. */
  :: atomic { me.sealed && (me.durable || !rule_9_5) ->
       printf("EVENT leave copy=%d\n", c);
       HOLDS(no_place_is_used_twice, !chains[me.at.secret].used[me.at.next]);
       chains[me.at.secret].used[me.at.next] = true;
       same(me.left, me.at); none(me.at);
       me.sealed = false; me.durable = false }
  :: atomic { me.runs && mayFail -> printf("EVENT crash copy=%d\n", c); faults++;
       me.runs = false; me.sealed = false; me.durable = false; none(me.at); none(me.memory) }
  :: atomic { !me.runs && mayFail && me.disk.secret != 0 -> printf("EVENT keep copy=%d\n", c); faults++; same(me.backup, me.disk) }
  :: atomic { !me.runs && mayFail && me.backup.secret != 0 -> printf("EVENT restore copy=%d\n", c); faults++; same(me.disk, me.backup); none(me.left) }
  :: atomic { !me.runs && !other.runs && mayFail && me.disk.secret != 0 ->
       printf("EVENT copy copy=%d\n", c); faults++; same(other.disk, me.disk); none(other.left) }
  fi
}

init {
  c_code {
    now.rule_9_5 = rule("9.5");
    now.rule_9_6 = rule("9.6");
    now.look_no_place_is_used_twice = looked_at("no_place_is_used_twice");
    now.look_what_left_is_remembered = looked_at("what_left_is_remembered");
  };
  do :: play(0) :: play(1) od
}
