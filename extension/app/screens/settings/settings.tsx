/** Settings: one file for each section, in the order in which they are shown. */
import { AppBanners } from '../../parts/app-banners.tsx'
import { Screen } from '../../parts/screen.tsx'
import { useApp } from '../../state/app.ts'
import { strings } from '../../strings/index.ts'
import { About } from './about.tsx'
import { Appearance } from './appearance.tsx'
import { ContactLink } from './contact-link.tsx'
import { Downloads } from './downloads.tsx'
import { EverythingHere } from './everything-here.tsx'
import { Notifications } from './notifications.tsx'
import { Passphrase } from './passphrase.tsx'
import { PrivacyChoices } from './privacy.tsx'
import { OwnProfile } from './profile.tsx'
import { Relays } from './relays.tsx'
import { SearchChoice } from './search.tsx'

export function Settings() {
  const { profile } = useApp().view.value
  return (
    <Screen title={strings.settings}>
      <AppBanners />
      {profile === null ? null : <OwnProfile profile={profile} />}
      {profile === null ? null : <Passphrase profile={profile} />}
      {profile === null ? null : <Notifications profile={profile} />}
      {profile === null ? null : <PrivacyChoices privacy={profile.privacy} />}
      {profile === null ? null : <ContactLink hasContactLink={profile.hasContactLink} />}
      <Relays />
      {profile === null ? null : <Downloads profile={profile} />}
      <SearchChoice />
      <Appearance />
      <EverythingHere />
      <About />
    </Screen>
  )
}
