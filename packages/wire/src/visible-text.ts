/**
 * Whether a text shows anything. A name or message made only of what is drawn as nothing is a blank: two such names
 * cannot be told apart, and a blank message is an empty bubble.
 */

/**
 * A character that is drawn. Not drawn are: white space and controls; what Unicode calls ignorable by default (zero width,
 * direction marks, soft hyphen, Hangul fillers, variation selectors); blanks that it calls letters or symbols (Braille
 * U+2800, musical U+1D159, Egyptian U+13430–13442, Khitan U+16FE4); annotation marks; and marks with no letter under them.
 */
const DRAWN = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Mn}\p{Me}\u2800\ufff9-\ufffb\u{13430}-\u{13442}\u{16fe4}\u{1d159}]/u

/** Whether at least one character of a text is drawn. */
export const showsSomething = (text: string): boolean => DRAWN.test(text)
