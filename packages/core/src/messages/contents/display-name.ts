import { LIMITS, struct, text } from '@sotto/wire'
import { touch } from '../../groups/group-row.ts'
import { noteName } from '../../groups/names.ts'
import { revisionNumber } from '../../identity/revision.ts'
import { contentKind } from './content-kind.ts'

/** An author's display name (PROTOCOL §3.52, §13.22). It also travels with sender keys. */
export const displayName = contentKind(
  { kind: 'displayName', number: 2, fields: struct({ name: text(LIMITS.nameBytes), nameRevision: revisionNumber }) },
  {
    happens: (context, { group, account }, said) => {
      noteName(context, account, said)
      touch(context, group)
    },
  },
)
