import { boolean, LIMITS, struct, text, varBytes, word } from '@sotto/wire'
import { noteGroupProfile } from '../../groups/group-profile.ts'
import { hearTitle } from '../../groups/heard-titles.ts'
import { touch } from '../../groups/group-row.ts'
import { noteProfile } from '../../groups/profiles.ts'
import { contentKind } from './content-kind.ts'

/**
 * What a member says about itself beside its name, or an admin about the group (PROTOCOL §3.48, §13.40–13.42): said to those who are
 * there when it changes, and to those who came since. With what it knows the group to be called.
 */
export const profile = contentKind(
  {
    kind: 'profile',
    number: 8,
    fields: struct({
      of: word(['person', 'group']),
      words: text(LIMITS.descriptionBytes),
      picture: varBytes(LIMITS.pictureBytes),
      title: text(LIMITS.nameBytes),
      /** Said because it changed, and not to those who came since. */
      isNew: boolean,
    }),
  },
  {
    happens: (context, { group, account, isOwn, said }, { of, words, picture, title, isNew }) => {
      if (of === 'group') noteGroupProfile(context, group, account, said, { description: words, picture, isNew })
      else if (!isOwn) noteProfile(context, account, said, { line: words, picture })
      hearTitle(context, group, title)
      touch(context, group)
    },
  },
)
