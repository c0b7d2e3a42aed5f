import { InputNumber, Select } from 'antd'
import { Link, useNavigate } from 'react-router'
import { ask, useAsk } from '../../client/ask'
import { useViewer } from '../../client/viewer'
import { Empty } from '../../parts/Answer'
import { ChangeForm } from '../../parts/ChangeForm'
import { Page } from '../../parts/Page'
import { request, vocabulary } from './queries'
import './secondments.css'

/** A day that is not there cannot be asked about: the contract wants one. */
const nothing = { revision: null, secondment: null, remarks: [] }
const missing = (field: string, message: string) => [{ code: 'INVALID', message, path: ['input', field] }]

/** A district asks for mediators. */
export default function Request() {
  const viewer = useViewer()
  const navigate = useNavigate()
  const { data } = useAsk(vocabulary, undefined, { staleTime: Infinity })
  const several = (value: unknown) => (Array.isArray(value) ? (value as string[]) : [])
  return (
    <Page title="申请调剂" above={<Link to="/secondments">← 调剂</Link>} lead={viewer?.district && `为${viewer.district.name}申请；由市级管理员批准。`}>
      {viewer && viewer.role !== 'DISTRICT_ADMIN' && <Empty title="您的帐号不能申请调剂">调剂由需要人手的区的区级管理员申请。</Empty>}
      {viewer?.role === 'DISTRICT_ADMIN' && (
        <ChangeForm
          title="调剂申请"
          draft="secondment"
          initial={{ specialties: [], number: 3, from: '', to: '', ground: '', languages: [], note: '', documentNo: '' }}
          fields={[
            {
              name: 'specialties',
              label: '所需擅长领域',
              optional: true,
              below: '具备其一即可；不填为不限。',
              control: ({ value, set, ...rest }) => (
                <Select {...rest} mode="multiple" aria-label="所需擅长领域" placeholder="选择" value={several(value)} onChange={set} options={(data?.specialties ?? []).map(({ label }) => ({ value: label, label }))} />
              ),
            },
            { name: 'number', label: '人数', control: ({ value, set, ...rest }) => <InputNumber {...rest} min={1} max={50} precision={0} value={value as number} onChange={(number) => set(number)} /> },
            { name: 'from', label: '第一日', control: 'date' },
            { name: 'to', label: '最后一日', control: 'date' },
            { name: 'ground', label: '事由', control: 'long' },
            { name: 'documentNo', label: '申请文号' },
            {
              name: 'languages',
              label: '所需语言、方言',
              optional: true,
              control: ({ value, set, ...rest }) => <Select {...rest} mode="tags" open={false} suffixIcon={null} aria-label="所需语言、方言" placeholder="每写完一种按回车" value={several(value)} onChange={set} />,
            },
            { name: 'note', label: '备注', optional: true, wide: true },
          ]}
          submit="提交申请"
          change={async ({ specialties, number, from, to, ground, languages, note, documentNo }, how) => {
            if (!from || !to) return { ...nothing, userErrors: [from ? [] : missing('from', '请选择第一日。'), to ? [] : missing('to', '请选择最后一日。')].flat() }
            const input = {
              specialties: several(specialties),
              number: Number(number ?? 0),
              from: String(from),
              to: String(to),
              ground: String(ground ?? ''),
              languages: several(languages),
              ...(note ? { note: String(note) } : {}),
              documentNo: String(documentNo ?? ''),
              reason: '申请调剂',
              ...how,
            }
            return (await ask(request, { input })).requestSecondment
          }}
          done={({ secondment }) => void navigate(`/secondments/${secondment!.id}`)}
        />
      )}
    </Page>
  )
}
