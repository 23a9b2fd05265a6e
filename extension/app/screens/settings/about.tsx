/** What Sotto is, and what it cannot do. */
import { WhatLeaves } from '../../parts/what-leaves.tsx'
import { useApp } from '../../state/app.ts'
import { strings } from '../../strings/index.ts'
import { Section } from './section.tsx'

export function About() {
  const app = useApp()
  return (
    <Section title={strings.about}>
      <p class="notice-text">{strings.aboutLead}</p>
      <WhatLeaves />
      <h3 class="minor-title">{strings.limitsTitle}</h3>
      <ul class="limits">
        {strings.limits.map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
      {app.defaults.version === undefined ? null : <p class="hint">{strings.version(app.defaults.version)}</p>}
    </Section>
  )
}
