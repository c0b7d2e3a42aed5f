import { enumWords } from '../gql/words'
import { fieldWord } from '../words'

interface FieldChange {
  name: string
  before?: string | null
  after?: string | null
}

/** Which enum a field's text may be of. */
const enumOf: Record<string, keyof typeof enumWords> = {
  kind: 'OrganizationKind',
  level: 'Level',
  source: 'SourceCategory',
  employment: 'Employment',
  invitee: 'InviteeKind',
  gender: 'Gender',
}

function shown(name: string, text: string | null | undefined) {
  if (text == null) return ''
  if (text === 'true') return '是'
  if (text === 'false') return '否'
  const of = enumOf[name]
  return of ? ((enumWords[of] as Record<string, string>)[text] ?? text) : text
}

/** Fields before and after a change. A new record's are folded: all of them are new. */
export function FieldChanges({ type, fields, folded }: { type: string; fields: readonly FieldChange[]; folded?: boolean }) {
  if (fields.length === 0) return null
  const table = (
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
            <td>{before != null ? <del>{shown(name, before)}</del> : null}</td>
            <td>{after != null ? <ins>{shown(name, after)}</ins> : <span className="soft">（清空）</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
  if (!folded) return table
  return (
    <details>
      <summary>{fields.length} 个字段</summary>
      {table}
    </details>
  )
}
