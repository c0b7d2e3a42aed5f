import { useState } from 'react'
import type { Field, RosterType } from '../../gql/forms'
import type { Payload } from '../../client/ask'
import { FormField } from '../../parts/FormField'
import { Control, useOptions } from './Control'
import { groupsOf } from './rosters'
import { isEmpty, notANumber, organizationField, same, secret, type Values } from './values'

interface Props {
  type: RosterType
  values: Values
  set: (values: Values) => void
  /** Fields that this form has; all of the roster when not given. */
  shown?: (field: Field) => boolean
  /** Whether an organisation is asked for. */
  organization?: boolean
  errors: Payload['userErrors']
  /** Somebody has tried to send: everything that is wrong is shown. */
  tried: boolean
  /** What the record held, of an amendment: what differs says so. */
  base?: Values
  /** Whether the fields are yet to be filled in: those that are needed are marked. */
  registering?: boolean
}

const idOf = (name: string) => `field-${name}`
const wide = ['evidence', 'biography', 'note', 'specialties', 'address', 'qualifications', 'creditCodeWaiver']

/** The field of an error, by the path of the argument at fault. */
export const fieldOfError = ({ path }: Payload['userErrors'][number]) => (path[1] === 'fields' ? path[2] : path[1]) ?? ''

/** What is said at no field that the form shows. */
export const elsewhere = (errors: Payload['userErrors'], names: string[]) => errors.filter((error) => !names.includes(fieldOfError(error)))

/** The fields of a roster's record by group, with what the hub says of each. */
export function FormFields({ type, values, set, shown = () => true, organization, errors, tried, base, registering }: Props) {
  const { options, shown: inWords } = useOptions()
  const [left, setLeft] = useState<string[]>([])
  const one = (field: Field) => {
    const { name } = field
    const value = values[name]
    const wrong = notANumber(field, value) ?? errors.find((error) => fieldOfError(error) === name)?.message
    const error = tried || left.includes(name) || !isEmpty(value) ? wrong : undefined
    const differs = base && !same(base[name], value) && !secret.includes(name)
    const hints = [options(field) ? '' : field.hint, differs ? `原为“${inWords(field, base[name]) || '空'}”` : ''].filter(Boolean).join('　')
    return (
      <FormField key={name} id={idOf(name)} label={field.label} hint={hints} needed={registering && field.needed} error={error} wide={wide.includes(name)}>
        <Control
          field={registering ? field : { ...field, needed: false }}
          id={idOf(name)}
          value={value}
          set={(value) => set({ ...values, [name]: value })}
          left={() => !left.includes(name) && setLeft([...left, name])}
          error={error}
          options={options(field)}
        />
      </FormField>
    )
  }
  return groupsOf(type, shown).map(({ title, fields }, i) => (
    <fieldset key={title} className="card form-group">
      <legend>{title}</legend>
      <div className="form-fields">
        {fields.map(one)}
        {i === 0 && organization && one(organizationField)}
      </div>
    </fieldset>
  ))
}
