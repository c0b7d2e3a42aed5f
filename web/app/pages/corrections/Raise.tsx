import { Select } from 'antd'
import { Link, useNavigate, useParams } from 'react-router'
import { useAddress } from '../../client/address'
import { ask, useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { ChangeForm, type Control } from '../../parts/ChangeForm'
import { Page } from '../../parts/Page'
import { fieldWord } from '../../words'
import { record } from '../records/queries'
import { disputable } from './fields'
import { Now } from './Now'
import { raise } from './queries'
import { severalHint } from './several'
import './corrections.css'

/** Objects to a field of a record: what is wrong, what should stand there, and what shows it. */
export default function Raise() {
  const { id = '' } = useParams()
  const address = useAddress()
  const navigate = useNavigate()
  const answer = useAsk(record, { id })
  const node = answer.data?.node
  const fields = node ? disputable[node.__typename] : undefined
  const field = fields?.find((one) => one === address.get('field')) ?? ''
  const name = node && 'name' in node ? node.name : ''
  return (
    <Page title={name ? `提出校核：${name}` : '提出校核'} above={<Link to={`/records/${id}`}>← 记录</Link>} lead="提出后，该字段随即公开标注为有异议，直到主管单位答复。">
      <Answer of={answer}>
        {() =>
          !node || !fields ? (
            <Empty title="没有这条记录">请在名册中打开记录，在有误的字段旁点“校核”。</Empty>
          ) : (
            <ChangeForm
              key={id}
              title="校核申请"
              draft={`correction:${id}`}
              initial={{ problem: '', proposed: '', evidence: [] }}
              fields={[
                {
                  name: 'field',
                  label: '哪一项有误',
                  control: (control) => <Choice {...control} value={field} set={(value) => address.set({ field: String(value) }, { replace: true })} of={node.__typename} fields={fields} />,
                  below: field && (
                    <>
                      现在的内容：
                      <Now id={id} field={field} />
                    </>
                  ),
                },
                { name: 'proposed', label: '应为', optional: true, below: severalHint(node.__typename, field) },
                { name: 'problem', label: '错在哪里', control: 'long' },
                {
                  name: 'evidence',
                  label: '佐证',
                  wide: true,
                  control: ({ value, set, status, ...rest }) => (
                    <Select {...rest} status={status} mode="tags" open={false} suffixIcon={null} value={value as string[]} onChange={set} tokenSeparators={['\n', '；']} placeholder="文件名称和文号，或以 https:// 开头的链接；每写完一项按回车" aria-label="佐证" />
                  ),
                  below: '至少一项。请勿写身份证号：校核的内容会被多个单位看到。',
                },
              ]}
              submit="提出校核"
              change={({ problem, proposed, evidence }, how) =>
                ask(raise, { input: { id, field, problem: String(problem ?? ''), ...(proposed ? { proposed: String(proposed) } : {}), evidence: (evidence ?? []) as string[], reason: '提出校核', ...how } }).then((data) => data.raiseCorrection)
              }
              done={({ correction }) => void navigate(`/corrections/${correction!.id}`)}
            />
          )
        }
      </Answer>
    </Page>
  )
}

function Choice({ of, fields, value, set, id, onBlur, status, ...aria }: Control & { of: string; fields: string[] }) {
  return (
    <Select
      {...aria}
      id={id}
      status={status}
      aria-label="哪一项有误"
      showSearch={{ optionFilterProp: 'label' }}
      value={(value as string) || undefined}
      placeholder="选择一项"
      options={fields.map((field) => ({ value: field, label: fieldWord(of, field) }))}
      onChange={set}
      onBlur={onBlur}
    />
  )
}
