import { LIMITS, struct, text, varBytes } from '@sotto/wire'
import { hearTitle } from '../../groups/heard-titles.ts'
import { touch } from '../../groups/group-row.ts'
import { noteProfile } from '../../groups/profiles.ts'
import { contentKind } from './content-kind.ts'

/**
 * What a member says about itself beside its name, and what it knows the group to be called (PROTOCOL §3.48, §13.40–13.42): said to
 * those who are there when it changes, and to those who came since.
 */
export const profile = contentKind(
  {
    kind: 'profile',
    number: 8,
    fields: struct({ line: text(LIMITS.lineBytes), picture: varBytes(LIMITS.pictureBytes), title: text(LIMITS.nameBytes) }),
  },
  {
    happens: (context, { group, account, said }, { line, picture, title }) => {
      noteProfile(context, account, said, { line, picture })
      hearTitle(context, group, title)
      touch(context, group)
    },
  },
)
