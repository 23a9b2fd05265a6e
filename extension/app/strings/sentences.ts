/**
 * Sentences for people about refusals and messages that cannot be opened, in each language, complete by type. Each says
 * what happened, what was kept, and what to do.
 */
import type { JoinView, Rejection, RejectionCode, UnreadableCause } from '@sotto/engine/api'

/** The codes that the app has a sentence for: the engine's refusals, and its end before it answered. */
export type RefusalCode = RejectionCode | 'engineGone'

type Numbers = Rejection['numbers']
type JoinEnd = NonNullable<JoinView['reason']>

/** The languages that the app speaks. */
export type Language = 'en' | 'de'

interface Sentences {
  readonly rejection: { readonly [C in RefusalCode]: (numbers: Numbers) => string }
  readonly unreadable: { readonly [C in UnreadableCause]: string }
  readonly joinEnd: { readonly [E in JoinEnd]: string }
}

/** Text with a number in it, or the plainer one if the engine sent none. */
const counted = (count: number | undefined, withCount: (count: number) => string, without: string): string => (count === undefined ? without : withCount(count))

const en: Sentences = {
  rejection: {
    noProfile: () => 'There is no profile in this browser yet. Nothing was lost; enter your name to get started.',
    profileExists: () => 'This browser already has a profile. It was left as it is; open it, or delete it in the settings first.',
    locked: () => 'Your messages are locked. Nothing was lost; unlock them and try again.',
    wrongPassphrase: () => 'That is not the passphrase. Your messages are safe; check capitals and spaces and try again.',
    passphraseTooSoon: ({ seconds }) =>
      counted(
        seconds,
        (seconds) => `After wrong passphrases the next one has to wait. It was not tried; try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
        'After wrong passphrases the next one has to wait. It was not tried; try again a little later.',
      ),
    passphraseTooShort: ({ limit }) =>
      counted(
        limit,
        (limit) => `This passphrase is too short. Nothing was saved; choose one of at least ${limit} characters.`,
        'This passphrase is too short. Nothing was saved; choose a longer one.',
      ),
    nameEmpty: () => 'The name is empty. Nothing was saved; enter the name that your groups should see.',
    nameTooLong: () => 'This name is too long. Nothing was saved; choose a shorter one.',
    titleEmpty: () => 'The group has no name yet. Nothing was saved; enter one.',
    titleTooLong: () => 'This group name is too long. Nothing was saved; choose a shorter one.',
    lineTooLong: () => 'This line is too long. Nothing was saved; write a shorter one.',
    descriptionTooLong: () => 'This description is too long. Nothing was saved; write a shorter one.',
    pictureNotOne: () => 'This is no picture that can be sent. Nothing was saved; choose another one.',
    unknownPicture: () => 'This picture is not here any more; it may come again.',
    textEmpty: () => 'The message is empty, so nothing was sent. Write something first.',
    textTooLong: () => 'This message is too long, so it was not sent. Your text is kept; shorten it or send it in parts.',
    draftTooLong: () =>
      'This text is too long to be kept while Sotto is closed. It stays here as long as this page is open; shorten it, or save it somewhere else.',
    reactionNoEmoji: () => 'A reaction is one emoji, and this is not one. Nothing was put beside the message; choose one of those that are offered.',
    relayAddressInvalid: () => 'This is not the address of a relay. Nothing was changed; copy the whole address that the relay shows when it starts.',
    relayAddressTooLong: () => 'This relay address is too long. Nothing was changed; copy the one that the relay shows when it starts.',
    relayHostImpossible: () =>
      'No computer can have the name or number in this address. Nothing was changed; compare it with what the relay shows when it starts.',
    relayPortMissing: () =>
      'This address has no port, the number behind the name. Nothing was changed; copy the whole address that the relay shows when it starts.',
    relayPortImpossible: () =>
      'The port in this address is none: ports are numbers from 1 to 65535. Nothing was changed; compare it with what the relay shows.',
    relayNotForBrowsers: () =>
      'A browser cannot connect to this kind of address. Nothing was changed; take the one with /ws or /wss that the relay shows when it starts.',
    relayHasPath: () => 'A relay’s address has no path behind its name and port. Nothing was changed; leave it out and try again.',
    relayPeerImpossible: () =>
      'The long code at the end of this address has a letter too many, too few or wrong. Nothing was changed; copy it again, or leave out everything from /p2p on.',
    relayPeerMissing: () =>
      'This address does not say which relay answers there. Nothing was changed; copy the whole address that the relay shows when it starts.',
    relayNotReachedYet: () =>
      'Your relay has not answered yet, and a new group needs it. Nothing was created; look in the settings whether it is connected, then try again.',
    relayNeeded: () => 'A new group needs a relay. Nothing was created; enter a relay’s address and try again.',
    tooManyRelays: ({ limit }) =>
      counted(
        limit,
        (limit) => `You already use ${limit} relays, which is the most. Nothing was changed; remove one first.`,
        'You already use as many relays as possible. Nothing was changed; remove one first.',
      ),
    inviteNotRecognised: () => 'This is not a Sotto invite. Nothing was changed; paste the whole text that you were sent.',
    inviteDamaged: () => 'Part of this invite is missing or was changed. Nothing was lost; copy it again from beginning to end, or ask for a new one.',
    inviteOfNewerVersion: () => 'This invite was made by a newer version of Sotto. Nothing was lost; update the extension and paste it again.',
    inviteExpired: () => 'This invite has expired. Nothing was lost; ask whoever sent it for a new one.',
    severalInvites: () => 'There is more than one invite in this text. Nothing was changed; choose the one that you mean.',
    alreadyMember: () => 'You are already in this group. Nothing was changed; you will find it in your conversations.',
    alreadyJoining: () => 'You are already joining this group. Nothing was changed; you will be let in as soon as a member is online.',
    searchOff: () => 'Search is switched off on this device. Nothing is kept for it; switch it on in the settings.',
    unknownMessage: () => 'This message is no longer on this device. Nothing else was changed; close this and read on.',
    unknownGroup: () => 'This group is no longer on this device. Go back to your conversations.',
    notMember: () => 'You are no longer in this group, so nothing was sent. You keep what was said until then.',
    notAllowed: () => 'Only admins may do this. Nothing was changed; ask an admin of the group.',
    lastAdminNamesSuccessor: () => 'You are the only admin. You are still in the group; choose who looks after it next, then leave.',
    unknownAccount: () => 'This person is no longer in the group. Nothing was changed.',
    devicesChanged: () => 'This person’s devices changed while you compared. Nothing was marked; compare the numbers again.',
    safetyCodeUnreadable: () => 'This is no safety code. Nothing was marked; ask the other to show theirs on the page with your name.',
    safetyCodeNewer: () => 'This code was made by a newer version of Sotto. Nothing was marked; update the extension, or compare the numbers.',
    safetyCodeOwn: () => 'This is your own code. Nothing was marked; read the one that the other shows.',
    safetyCodeOfAnother: () =>
      'No match: this code is of another account than the one that you talk to here. Nothing was marked. If it is this person who shows it, somebody may stand between you: send nothing secret here.',
    safetyCodeForAnother: () =>
      'No match: whoever shows this code has another account for you than yours. Nothing was marked. If they opened the page with your name, somebody may stand between you: send nothing secret here.',
    safetyCodeOtherDevices: () =>
      'No match: one of you knows other devices of the other than there are. Nothing was marked; wait until both are connected, open this page again on both sides, and read the new code.',
    storageFull: () => 'This device is out of space, so this was not saved. What you had is kept; free some space and try again.',
    storageDamaged: () => 'Something stored on this device cannot be read. What can be read is kept; restart the browser and try again.',
    storageRefused: () =>
      'The browser lets Sotto store nothing here. Nothing was deleted; use a window that is not private, let the browser keep its history, and try again.',
    storageNewer: () => 'A newer version of Sotto stored what is here. All of it is kept; update the extension and try again.',
    storageFailed: () => 'What is stored here could not be opened, and it is not known why. Nothing was deleted; try again, or restart the browser.',
    profileEmpty: () =>
      'Nothing is stored in this profile: making it was interrupted, or the browser lost it. There was nothing left to keep; enter your name to begin anew.',
    engineGone: () => 'Sotto was restarted in between. What you typed is kept; look whether it was done, else try again.',
    badRequest: () => 'Something went wrong on our side. What you typed is kept; please try again.',
  },
  unreadable: {
    keyNotYetReceived: 'The key to open it has not arrived yet. Sotto asks for it by itself; keep the browser open.',
    senderUnreachable: 'Its sender is not reachable and has to send the key again. It opens as soon as they are back.',
    removedBeforeItWasSent: 'It was written by somebody who had already been removed. It stays closed; nothing needs to be done.',
    keyDestroyed: 'Its key has been deleted for good. Ask its sender to say it again.',
    damaged: 'It arrived damaged. Everything else is kept; ask its sender to say it again.',
    fromBeforeYouJoined: 'It was written before you joined, so it is not meant for you.',
  },
  joinEnd: {
    expired: 'The invite has expired. Nothing was lost; ask whoever sent it for a new one.',
    spent: 'The invite has been used up. Nothing was lost; ask whoever sent it for a new one.',
    closed: 'The invite was revoked. Nothing was lost; ask whoever sent it for a new one.',
    foreign: 'The invite does not belong to this group. Nothing was lost; ask whoever sent it for a new one.',
    full: 'The group has as many members as it can have. Nothing was lost; ask again when there is room.',
    unknownCipher: 'This group seals its messages in a way that this version of Sotto does not know. Update Sotto, then paste the invite again.',
  },
}

const de: Sentences = {
  rejection: {
    noProfile: () => 'In diesem Browser gibt es noch kein Profil. Es ging nichts verloren; gib deinen Namen ein, um zu beginnen.',
    profileExists: () => 'Dieser Browser hat schon ein Profil. Es blieb, wie es ist; öffne es oder lösche es zuerst in den Einstellungen.',
    locked: () => 'Deine Nachrichten sind gesperrt. Es ging nichts verloren; entsperre sie und versuche es noch einmal.',
    wrongPassphrase: () => 'Das ist nicht die Passphrase. Deine Nachrichten sind sicher; achte auf Großschreibung und Leerzeichen und versuche es noch einmal.',
    passphraseTooSoon: ({ seconds }) =>
      counted(
        seconds,
        (seconds) =>
          `Nach falschen Passphrasen muss die nächste warten. Sie wurde nicht probiert; versuche es in ${seconds === 1 ? 'einer Sekunde' : `${seconds} Sekunden`} noch einmal.`,
        'Nach falschen Passphrasen muss die nächste warten. Sie wurde nicht probiert; versuche es etwas später noch einmal.',
      ),
    passphraseTooShort: ({ limit }) =>
      counted(
        limit,
        (limit) => `Diese Passphrase ist zu kurz. Es wurde nichts gespeichert; wähle eine mit mindestens ${limit} Zeichen.`,
        'Diese Passphrase ist zu kurz. Es wurde nichts gespeichert; wähle eine längere.',
      ),
    nameEmpty: () => 'Der Name ist leer. Es wurde nichts gespeichert; gib den Namen ein, den deine Gruppen sehen sollen.',
    nameTooLong: () => 'Dieser Name ist zu lang. Es wurde nichts gespeichert; wähle einen kürzeren.',
    titleEmpty: () => 'Die Gruppe hat noch keinen Namen. Es wurde nichts gespeichert; gib einen ein.',
    titleTooLong: () => 'Dieser Gruppenname ist zu lang. Es wurde nichts gespeichert; wähle einen kürzeren.',
    lineTooLong: () => 'Diese Zeile ist zu lang. Es wurde nichts gespeichert; schreib eine kürzere.',
    descriptionTooLong: () => 'Diese Beschreibung ist zu lang. Es wurde nichts gespeichert; schreib eine kürzere.',
    pictureNotOne: () => 'Das ist kein Bild, das gesendet werden kann. Es wurde nichts gespeichert; wähle ein anderes.',
    unknownPicture: () => 'Dieses Bild ist nicht mehr da; vielleicht kommt es wieder.',
    textEmpty: () => 'Die Nachricht ist leer, also wurde nichts gesendet. Schreib zuerst etwas.',
    textTooLong: () => 'Diese Nachricht ist zu lang und wurde nicht gesendet. Dein Text bleibt da; kürze ihn oder sende ihn in Teilen.',
    draftTooLong: () =>
      'Dieser Text ist zu lang, um aufgehoben zu werden, während Sotto zu ist. Er bleibt hier, solange diese Seite offen ist; kürze ihn oder speichere ihn anderswo.',
    reactionNoEmoji: () => 'Eine Reaktion ist ein einzelnes Emoji, und das ist keines. Bei der Nachricht wurde nichts geändert; wähle eines der angebotenen.',
    relayAddressInvalid: () => 'Das ist keine Adresse eines Relays. Es wurde nichts geändert; kopiere die ganze Adresse, die das Relay beim Start zeigt.',
    relayAddressTooLong: () => 'Diese Adresse ist zu lang. Es wurde nichts geändert; kopiere die, die das Relay beim Start zeigt.',
    relayHostImpossible: () =>
      'Den Namen oder die Nummer in dieser Adresse kann kein Rechner haben. Es wurde nichts geändert; vergleiche sie mit der, die das Relay beim Start zeigt.',
    relayPortMissing: () =>
      'Dieser Adresse fehlt der Port, die Zahl hinter dem Namen. Es wurde nichts geändert; kopiere die ganze Adresse, die das Relay beim Start zeigt.',
    relayPortImpossible: () =>
      'Der Port in dieser Adresse ist keiner: Ports sind Zahlen von 1 bis 65535. Es wurde nichts geändert; vergleiche sie mit der, die das Relay zeigt.',
    relayNotForBrowsers: () =>
      'Mit so einer Adresse kann sich kein Browser verbinden. Es wurde nichts geändert; nimm die mit /ws oder /wss, die das Relay beim Start zeigt.',
    relayHasPath: () => 'Die Adresse eines Relays hat hinter Name und Port keinen Pfad. Es wurde nichts geändert; lass ihn weg und versuche es noch einmal.',
    relayPeerImpossible: () =>
      'Der lange Code am Ende dieser Adresse hat einen Buchstaben zu viel, zu wenig oder einen falschen. Es wurde nichts geändert; kopiere sie noch einmal oder lass alles ab /p2p weg.',
    relayPeerMissing: () =>
      'Diese Adresse sagt nicht, welches Relay dort antwortet. Es wurde nichts geändert; kopiere die ganze Adresse, die das Relay beim Start zeigt.',
    relayNotReachedYet: () =>
      'Dein Relay hat noch nicht geantwortet, und eine neue Gruppe braucht es. Es wurde nichts angelegt; sieh in den Einstellungen nach, ob es verbunden ist, und versuche es noch einmal.',
    relayNeeded: () => 'Eine neue Gruppe braucht ein Relay. Es wurde nichts angelegt; gib die Adresse eines Relays ein.',
    tooManyRelays: ({ limit }) =>
      counted(
        limit,
        (limit) => `Du nutzt schon ${limit} Relays, mehr gehen nicht. Es wurde nichts geändert; entferne zuerst eines.`,
        'Du nutzt schon so viele Relays wie möglich. Es wurde nichts geändert; entferne zuerst eines.',
      ),
    inviteNotRecognised: () => 'Das ist keine Sotto-Einladung. Es wurde nichts geändert; füge den ganzen Text ein, den du bekommen hast.',
    inviteDamaged: () => 'Ein Teil dieser Einladung fehlt oder wurde verändert. Es ging nichts verloren; kopiere sie noch einmal ganz oder bitte um eine neue.',
    inviteOfNewerVersion: () =>
      'Diese Einladung kommt von einer neueren Version von Sotto. Es ging nichts verloren; aktualisiere die Erweiterung und füge sie noch einmal ein.',
    inviteExpired: () => 'Diese Einladung ist abgelaufen. Es ging nichts verloren; bitte um eine neue.',
    severalInvites: () => 'In diesem Text steht mehr als eine Einladung. Es wurde nichts geändert; wähle die, die du meinst.',
    alreadyMember: () => 'Du bist schon in dieser Gruppe. Es wurde nichts geändert; du findest sie bei deinen Unterhaltungen.',
    alreadyJoining: () => 'Du trittst dieser Gruppe schon bei. Es wurde nichts geändert; du kommst hinein, sobald ein Mitglied online ist.',
    searchOff: () => 'Die Suche ist auf diesem Gerät ausgeschaltet. Für sie wird nichts aufbewahrt; schalte sie in den Einstellungen ein.',
    unknownMessage: () => 'Diese Nachricht gibt es auf diesem Gerät nicht mehr. Sonst wurde nichts geändert; schließ das hier und lies weiter.',
    unknownGroup: () => 'Diese Gruppe gibt es auf diesem Gerät nicht mehr. Geh zurück zu deinen Unterhaltungen.',
    notMember: () => 'Du bist nicht mehr in dieser Gruppe, also wurde nichts gesendet. Was bis dahin gesagt wurde, bleibt dir.',
    notAllowed: () => 'Das dürfen nur Admins. Es wurde nichts geändert; frag einen Admin der Gruppe.',
    lastAdminNamesSuccessor: () => 'Du bist der einzige Admin. Du bist noch in der Gruppe; wähle, wer sich danach um sie kümmert, und verlasse sie dann.',
    unknownAccount: () => 'Diese Person ist nicht mehr in der Gruppe. Es wurde nichts geändert.',
    devicesChanged: () => 'Die Geräte dieser Person haben sich während des Vergleichs geändert. Es wurde nichts vermerkt; vergleicht die Nummern noch einmal.',
    safetyCodeUnreadable: () =>
      'Das ist kein Sicherheitscode. Es wurde nichts vermerkt; bitte die andere Person, ihren auf der Seite mit deinem Namen zu zeigen.',
    safetyCodeNewer: () =>
      'Dieser Code kommt von einer neueren Version von Sotto. Es wurde nichts vermerkt; aktualisiere die Erweiterung oder vergleicht die Nummern.',
    safetyCodeOwn: () => 'Das ist dein eigener Code. Es wurde nichts vermerkt; lies den, den die andere Person zeigt.',
    safetyCodeOfAnother: () =>
      'Stimmt nicht überein: Dieser Code gehört zu einem anderen Konto als dem, mit dem du hier sprichst. Es wurde nichts vermerkt. Wenn diese Person ihn selbst zeigt, steht vielleicht jemand zwischen euch: Sende hier nichts Geheimes.',
    safetyCodeForAnother: () =>
      'Stimmt nicht überein: Wer diesen Code zeigt, hat für dich ein anderes Konto als deines. Es wurde nichts vermerkt. Wenn dabei die Seite mit deinem Namen offen war, steht vielleicht jemand zwischen euch: Sende hier nichts Geheimes.',
    safetyCodeOtherDevices: () =>
      'Stimmt nicht überein: Einer von euch kennt andere Geräte des anderen, als es gibt. Es wurde nichts vermerkt; wartet, bis beide verbunden sind, öffnet beide diese Seite neu und lest den neuen Code.',
    storageFull: () =>
      'Auf diesem Gerät ist kein Platz mehr, also wurde das nicht gespeichert. Alles andere bleibt; schaffe Platz und versuche es noch einmal.',
    storageDamaged: () =>
      'Etwas auf diesem Gerät Gespeichertes lässt sich nicht lesen. Was lesbar ist, bleibt; starte den Browser neu und versuche es noch einmal.',
    storageRefused: () =>
      'Der Browser lässt Sotto hier nichts speichern. Es wurde nichts gelöscht; nimm ein Fenster, das nicht privat ist, lass den Browser eine Chronik führen und versuche es noch einmal.',
    storageNewer: () =>
      'Was hier liegt, hat eine neuere Version von Sotto gespeichert. Es bleibt alles da; aktualisiere die Erweiterung und versuche es noch einmal.',
    storageFailed: () =>
      'Was hier gespeichert ist, ließ sich nicht öffnen, und es ist nicht bekannt, warum. Es wurde nichts gelöscht; versuche es noch einmal oder starte den Browser neu.',
    profileEmpty: () =>
      'In diesem Profil ist nichts gespeichert: Das Anlegen wurde unterbrochen, oder der Browser hat es verloren. Es war nichts mehr zu behalten; gib deinen Namen ein, um neu zu beginnen.',
    engineGone: () =>
      'Sotto wurde zwischendurch neu gestartet. Was du geschrieben hast, bleibt da; sieh nach, ob es geklappt hat, sonst versuche es noch einmal.',
    badRequest: () => 'Bei uns ist etwas schiefgegangen. Was du geschrieben hast, bleibt da; bitte versuche es noch einmal.',
  },
  unreadable: {
    keyNotYetReceived: 'Der Schlüssel dafür ist noch nicht da. Sotto bittet von selbst darum; lass den Browser offen.',
    senderUnreachable: 'Wer sie schrieb, ist nicht erreichbar und muss den Schlüssel noch einmal senden. Danach geht sie auf.',
    removedBeforeItWasSent: 'Sie stammt von jemandem, der schon entfernt war. Sie bleibt zu; es ist nichts zu tun.',
    keyDestroyed: 'Ihr Schlüssel wurde endgültig gelöscht. Bitte darum, dass sie noch einmal gesendet wird.',
    damaged: 'Sie kam beschädigt an. Alles andere bleibt; bitte darum, dass sie noch einmal gesendet wird.',
    fromBeforeYouJoined: 'Sie wurde geschrieben, bevor du beigetreten bist, und ist nicht für dich bestimmt.',
  },
  joinEnd: {
    expired: 'Die Einladung ist abgelaufen. Es ging nichts verloren; bitte um eine neue.',
    spent: 'Die Einladung ist aufgebraucht. Es ging nichts verloren; bitte um eine neue.',
    closed: 'Die Einladung wurde zurückgezogen. Es ging nichts verloren; bitte um eine neue.',
    foreign: 'Die Einladung gehört nicht zu dieser Gruppe. Es ging nichts verloren; bitte um eine neue.',
    full: 'Die Gruppe hat so viele Mitglieder, wie sie haben kann. Es ging nichts verloren; frag wieder, wenn Platz ist.',
    unknownCipher:
      'Diese Gruppe verschlüsselt ihre Nachrichten auf eine Weise, die diese Version von Sotto nicht kennt. Aktualisiere Sotto und füge die Einladung dann noch einmal ein.',
  },
}

/** Every sentence, by language. */
export const SENTENCES: { readonly [L in Language]: Sentences } = { en, de }

/** Why a request was refused, for a person. */
export const rejectionSentence = (language: Language, { code, numbers }: { readonly code: RefusalCode; readonly numbers: Numbers }): string =>
  SENTENCES[language].rejection[code](numbers)

/** Why messages cannot be opened, for a person. */
export const unreadableSentence = (language: Language, cause: UnreadableCause): string => SENTENCES[language].unreadable[cause]

/** Why joining ended, for a person. */
export const joinEndSentence = (language: Language, end: JoinEnd): string => SENTENCES[language].joinEnd[end]
