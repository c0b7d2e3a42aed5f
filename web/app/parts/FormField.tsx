import type { ReactNode } from 'react'
import './forms.css'

interface Props {
  /** The id of the control. */
  id: string
  label: string
  hint?: string
  needed?: boolean
  /** Says （可不填）, in a form where most is needed. */
  optional?: boolean
  /** What stands below the control. */
  below?: ReactNode
  error?: string
  wide?: boolean
  children: ReactNode
}

/** One line of a form: its label, the control, what is wrong with what stands in it. */
export function FormField({ id, label, hint, needed, optional, below, error, wide, children }: Props) {
  return (
    <div className={wide ? 'form-field is-wide' : 'form-field'}>
      <label htmlFor={id}>
        {label}
        {needed && (
          <span className="form-needed" aria-hidden="true">
            *
          </span>
        )}
        {optional && <span className="soft">（可不填）</span>}
        {hint && <span className="soft form-hint">{hint}</span>}
      </label>
      {children}
      {below && <p className="soft form-below">{below}</p>}
      {error && (
        <p id={`${id}-why`} className="form-wrong">
          {error}
        </p>
      )}
    </div>
  )
}

/** What a control of a FormField needs to be named and described. */
export const controlOf = (id: string, error?: string, needed?: boolean) => ({
  id,
  status: error ? ('error' as const) : undefined,
  'aria-invalid': !!error,
  'aria-required': needed || undefined,
  'aria-describedby': error ? `${id}-why` : undefined,
})

/** Leads the cursor to the first field that is wrong, when one is. */
export function toFirstWrong() {
  document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus()
}
