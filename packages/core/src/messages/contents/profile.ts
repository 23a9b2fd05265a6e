import { boolean, LIMITS, struct, text, uint48, varBytes, word } from '@sotto/wire'
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
      /** When this was chosen: the latest counts. Its author puts it after what it replaces. */
      chosenMs: uint48,
    }),
  },
  {
    happens: (context, { group, account, isOwn }, { of, words, picture, title, isNew, chosenMs }) => {
      if (of === 'group') noteGroupProfile(context, group, account, { description: words, picture, isNew, chosenMs })
      else if (!isOwn) noteProfile(context, account, { line: words, picture, chosenMs })
      hearTitle(context, group, title)
      touch(context, group)
    },
  },
)
