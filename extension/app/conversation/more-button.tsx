/** The button beside a message that opens what else can be done with it. */
import { useRef, useState } from 'preact/hooks'
import { IconButton } from '../parts/controls.tsx'
import { Menu, type MenuItem, type MenuPlace } from '../parts/menu.tsx'

interface MoreButtonProps {
  readonly name: string
  /** What it offers now. */
  readonly items: () => readonly MenuItem[]
}

export function MoreButton({ name, items }: MoreButtonProps) {
  const button = useRef<HTMLButtonElement>(null)
  const [place, setPlace] = useState<MenuPlace | null>(null)
  const toggle = (): void => setPlace(place === null ? (button.current?.getBoundingClientRect() ?? null) : null)
  return (
    <>
      <IconButton name={name} icon="more" popup="menu" expanded={place !== null} element={button} onClick={toggle} />
      {place === null ? null : <Menu name={name} items={items()} place={place} returnTo={() => button.current} onClose={() => setPlace(null)} />}
    </>
  )
}
