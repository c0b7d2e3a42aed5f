import { Fragment, useState, type ReactNode } from 'react'
import { isId, useBodies, useCodes } from '../client/names'
import { enumOfField, enumWords } from '../gql/words'
import { fieldWord, rosterFieldWord, word } from '../words'
import { Named } from './Named'
import { Whole } from './Whole'

interface FieldChange {
  name: string
  before?: string | null
  after?: string | null
}

/** Fields whose text is the code of a body. */
const bodies = ['district', 'districts', 'districtsServed', 'court', 'agency', 'recordedBy']
/** Fields whose text is a code of a national standard, under the name of its table. */
const standards = ['education', 'ethnicity', 'political']

/** The text of a change as people say it: the hub writes codes and ids. */
function useText() {
  const bodyOf = useBodies()
  const codeOf = useCodes()
  const one = (type: string, name: string, text: string): ReactNode => {
    const of = enumOfField[type]?.[name]
    if (of) return word(of, text as never)
    if (bodies.includes(name)) return bodyOf(text)
    if (standards.includes(name)) return codeOf(name, text)
    if (type === 'CorrectionRequest' && (name === 'field' || name === 'changes')) return rosterFieldWord(text)
    if (isId(text)) return <Named id={text} />
    return <Whole text={text} />
  }
  return (type: string, name: string, text: string): ReactNode => {
    if (text === 'true') return '是'
    if (text === 'false') return '否'
    // The ground of a status stands at its end, as a code when a move gave it.
    if (name === 'events' || name === 'organizationEvents') return text.replace(/[A-Z][A-Z_]+/g, (code) => (enumWords.Ground as Record<string, string>)[code] ?? code)
    return text.split('、').map((part, i) => (
      <Fragment key={i}>
        {i > 0 && '、'}
        {one(type, name, part)}
      </Fragment>
    ))
  }
}

/** Who decided stands with the change itself, by name to whom it may be told; here it would be an id. */
const ofCaller = ({ after, before }: FieldChange) => /^(acc|key)_/.test(after ?? before ?? '')

/** Fields before and after a change. A new record's are folded: all of them are new. */
export function FieldChanges({ type, fields, folded }: { type: string; fields: readonly FieldChange[]; folded?: boolean }) {
  const shown = fields.filter((field) => !ofCaller(field) && !(field.name === 'source' && fields.some(({ name }) => name === 'sourceLabel')))
  if (shown.length === 0) return null
  if (!folded) return <Table type={type} fields={shown} />
  return <Folded type={type} fields={shown} />
}

/** What is folded is read when somebody opens it. */
function Folded(props: { type: string; fields: readonly FieldChange[] }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{props.fields.length} 个字段</summary>
      {open && <Table {...props} />}
    </details>
  )
}

function Table({ type, fields }: { type: string; fields: readonly FieldChange[] }) {
  const textOf = useText()
  return (
    <table className="field-changes">
      <thead className="only-read">
        <tr>
          <th scope="col">字段</th>
          <th scope="col">变更前</th>
          <th scope="col">变更后</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row">{fieldWord(type, name)}</th>
            {before != null && (
              <td>
                <del>{textOf(type, name, before)}</del>
              </td>
            )}
            <td colSpan={before != null ? 1 : 2}>{after != null ? <ins>{textOf(type, name, after)}</ins> : <span className="soft">（清空）</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
