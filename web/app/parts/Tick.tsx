import type { ReactNode } from 'react'

interface Props {
  checked: boolean
  disabled?: boolean
  onChange: (checked: boolean) => void
  /** What it is called where nothing stands beside it. */
  label?: string
  children?: ReactNode
}

/** A box to tick in lists that are rendered with every key: the browser's own, for its price. */
export const Tick = ({ checked, disabled, onChange, label, children }: Props) => (
  <label className={disabled ? 'tick is-disabled' : 'tick'}>
    <input type="checkbox" aria-label={label} checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
    {children}
  </label>
)
